#include "db/archive_pockets.hpp"

#include <fmt/format.h>

#include "db/known.hpp"

namespace buildd::db {

namespace {

constexpr std::string_view series_word = "%(series)s";

std::string distribution_of(Database& database, std::int64_t archive) {
    return database
        .query(
            "SELECT distribution.name FROM archive JOIN distribution "
            "ON distribution.id = archive.distribution WHERE archive.id = $1",
            archive)[0]
        .get<std::string>();
}

// A suite has packages of one series: said for all of them, it is that of the only one.
void say_which_series(Database& database, const std::string& distribution, PocketWish& wish) {
    const bool of_one = !wish.suite.empty() && wish.suite.find(series_word) == wish.suite.npos;
    if (!of_one || !wish.series.empty()) return;
    const Rows rows = database.query(
        "SELECT distroseries.name FROM distroseries JOIN distribution "
        "ON distribution.id = distroseries.distribution WHERE distribution.name = $1",
        distribution);
    if (rows.size() != 1)
        throw Failure(ExitStatus::usage,
                      fmt::format("the suite {} would be that of every series of {}: write the "
                                  "series in it as {}, or say it of one: SERIES/{}=…",
                                  wish.suite, distribution, series_word, label(wish.pocket)));
    wish.series = rows[0].get<std::string>();
}

struct KnownWish {
    PocketWish wish;
    std::optional<std::int64_t> series;
};

// "hoary/UPDATES", or "UPDATES" of all series.
std::string place_of(const PocketWish& wish) {
    return fmt::format("{}{}{}", wish.series, wish.series.empty() ? "" : "/", label(wish.pocket));
}

void require_once(const std::vector<KnownWish>& all, const PocketWish& wish) {
    for (const auto& other : all)
        if (place_of(other.wish) == place_of(wish))
            throw Failure(ExitStatus::usage,
                          fmt::format("--pocket: {} is said twice", place_of(wish)));
}

std::vector<KnownWish> known(Database& database, std::int64_t archive, PocketWishes wishes) {
    const std::string distribution = distribution_of(database, archive);
    std::vector<KnownWish> all;
    for (auto& wish : wishes) {
        say_which_series(database, distribution, wish);
        require_once(all, wish);
        std::optional<std::int64_t> series;
        if (!wish.series.empty()) series = series_id(database, distribution, wish.series);
        all.push_back({std::move(wish), series});
    }
    return all;
}

PocketWish present(Database& database, std::int64_t archive, const KnownWish& one) {
    PocketWish is;
    for (Row row : database.query(R"(
             SELECT absent, coalesce(url, ''), coalesce(suite, ''), coalesce(components, '')
             FROM archivepocket WHERE archive = $1 AND pocket = $2::packagepublishingpocket
                 AND distroseries IS NOT DISTINCT FROM $3::bigint)",
                                  archive, one.wish.pocket, one.series))
        row >> is.absent >> is.url >> is.suite >> is.components;
    return is;
}

}  // namespace

std::string PocketWish::text() const {
    if (absent) return "absent";
    if (url.empty() && suite.empty() && components.empty()) return "default";
    return fmt::format("{},{},{}", url, suite, components);
}

Values pocket_values(Database& database, std::int64_t archive, PocketWishes wishes) {
    Values values;
    for (const auto& one : known(database, archive, std::move(wishes)))
        values.push_back({"pocket " + place_of(one.wish), present(database, archive, one).text(),
                          one.wish.text()});
    return values;
}

void put_pockets(Transaction& transaction, std::int64_t archive, PocketWishes wishes) {
    for (const auto& [wish, series] : known(transaction, archive, std::move(wishes))) {
        transaction.execute(
            "DELETE FROM archivepocket WHERE archive = $1 AND pocket = "
            "$2::packagepublishingpocket AND distroseries IS NOT DISTINCT FROM $3::bigint",
            archive, wish.pocket, series);
        if (wish.text() == "default") continue;
        transaction.execute(R"(
            INSERT INTO archivepocket (archive, pocket, distroseries, absent, url, suite, components)
            VALUES ($1, $2::packagepublishingpocket, $3, $4, nullif($5, ''), nullif($6, ''),
                nullif($7, '')))",
                            archive, wish.pocket, series, wish.absent, wish.url, wish.suite,
                            wish.components);
    }
}

}  // namespace buildd::db
