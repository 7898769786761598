#include "farm/copy_sources.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "base/failure.hpp"
#include "db/sources.hpp"
#include "policy/versions.hpp"

namespace buildd::farm {

namespace {

std::string words_of(const PlaceName& place) {
    return fmt::format("{} {}", place.series, label(place.pocket));
}

class Copy {
 public:
    Copy(db::Database& database, const CopyOrder& order)
        : database_(database),
          order_(order),
          from_(
              db::find_source_place(database, order.archive, order.from.series, order.from.pocket)),
          to_(db::find_source_place(database, order.archive, order.to.series, order.to.pocket)) {}

    std::vector<Copied> run() {
        std::vector<Copied> copied;
        db::Transaction transaction(database_);
        // In one order, so that no two lock each other out.
        const std::set<std::string> names(order_.names.begin(), order_.names.end());
        for (const auto& name : names) db::lock_source_name(transaction, name);
        for (const auto& name : order_.names) copied.push_back(copy(transaction, name));
        transaction.commit();
        return copied;
    }

 private:
    db::PlacedSource newest(const std::string& name) const {
        const auto sources = db::placed_sources(database_, from_, name);
        if (sources.empty())
            throw Failure(ExitStatus::bad_input,
                          fmt::format("{} is not published in {} of {}; nothing was copied", name,
                                      words_of(order_.from), order_.archive));
        return *std::max_element(sources.begin(), sources.end(), [](const auto& a, const auto& b) {
            return policy::compare_versions(a.version, b.version) < 0;
        });
    }

    Copied copy(db::Transaction& transaction, const std::string& name) {
        const auto source = newest(name);
        std::vector<std::int64_t> older;
        for (const auto& there : db::published_versions(database_, to_, name)) {
            const auto order = policy::compare_versions(there.version, source.version);
            if (order > 0)
                throw Failure(ExitStatus::bad_input,
                              fmt::format("{} {} is older than {}, which {} publishes in {}; "
                                          "nothing was copied",
                                          name, source.version, there.version, order_.archive,
                                          words_of(order_.to)));
            if (order == 0 && there.version != source.version)
                throw Failure(ExitStatus::bad_input,
                              fmt::format("{} {} is the same version as {}, which {} publishes in "
                                          "{}; nothing was copied",
                                          name, source.version, there.version, order_.archive,
                                          words_of(order_.to)));
            if (order == 0) return {name, source.version, db::Change::unchanged, source.binaries};
            older.push_back(there.publication);
        }
        db::supersede_publications(transaction, older);
        db::insert_publication(transaction, to_, source.id, source.component);
        return {name, source.version, db::Change::created, source.binaries};
    }

    db::Database& database_;
    const CopyOrder& order_;
    db::SourcePlace from_, to_;
};

}  // namespace

std::vector<Copied> copy_sources(db::Database& database, const CopyOrder& order) {
    return Copy(database, order).run();
}

}  // namespace buildd::farm
