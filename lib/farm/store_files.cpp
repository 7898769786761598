#include "farm/store_files.hpp"

#include <fmt/format.h>

#include "base/failure.hpp"
#include "base/files.hpp"
#include "db/library.hpp"
#include "db/sources.hpp"
#include "policy/versions.hpp"
#include "upload/dsc.hpp"

namespace buildd::farm {

namespace {

// Files on their way in, whose rows one transaction names.
struct Batch {
    std::vector<StoredFile> stored;
    std::vector<LibraryFile> files;

    void keep() {
        for (auto& file : stored) file.keep();
    }
};

// A file as it would be stored.
LibraryFile described(LibraryFileId id, const std::string& path, bool restricted) {
    auto digests = digest_file(path);
    if (!digests) throw Failure(ExitStatus::bad_input, digests.error().message);
    return {id, base_name(path), "application/octet-stream", restricted, std::move(*digests)};
}

Batch adopt_all(db::Database& database, const Librarian& librarian,
                const std::vector<std::string>& paths, bool restricted) {
    Batch batch;
    const auto ids = db::new_file_ids(database, paths.size());
    for (std::size_t i = 0; i < paths.size(); ++i) {
        if (database.rehearsing()) {
            batch.files.push_back(described(ids[i], paths[i], restricted));
            continue;
        }
        auto begun = librarian.begin(ids[i], restricted);
        if (!begun) throw Failure(ExitStatus::unavailable, begun.error().message);
        auto file =
            librarian.copy(*begun, paths[i], base_name(paths[i]), "application/octet-stream");
        if (!file) throw Failure(ExitStatus::unavailable, file.error().message);
        batch.stored.push_back(std::move(*begun));
        batch.files.push_back(std::move(*file));
    }
    return batch;
}

class Import {
 public:
    Import(db::Database& database, const Librarian& librarian, const ImportOrder& order, Log& log)
        : database_(database), librarian_(librarian), order_(order), log_(log) {}

    std::vector<Imported> run() {
        place_ = db::find_source_place(database_, order_.archive, order_.series, order_.pocket);
        if (order_.creator) db::require_person(database_, *order_.creator);
        std::vector<CheckedDsc> checked;
        const std::size_t all = order_.dscs.size();
        for (const auto& path : order_.dscs) {
            log_.progress("checking {}/{}: {}", checked.size() + 1, all, base_name(path));
            checked.push_back(check(path));
        }
        std::vector<Imported> imported;
        for (const auto& dsc : checked) {
            log_.progress("storing {}/{}: {}", imported.size() + 1, all, base_name(dsc.path));
            imported.push_back(import(dsc));
        }
        log_.progress("");
        return imported;
    }

 private:
    CheckedDsc check(const std::string& path) {
        auto checked = check_dsc(path);
        if (!checked) throw Failure(ExitStatus::bad_input, checked.error().message);
        const auto digests = digest_file(path);
        if (!digests) throw Failure(ExitStatus::bad_input, digests.error().message);
        const Dsc& dsc = checked->dsc;
        const auto known = db::find_source(database_, place_, dsc.source, dsc.version);
        if (known && known->dsc_sha256 != digests->sha256)
            throw Failure(ExitStatus::bad_input,
                          fmt::format("{}: {} holds {} {} already, with other contents", path,
                                      order_.archive, dsc.source, dsc.version));
        return std::move(*checked);
    }

    Imported import(const CheckedDsc& checked) {
        const Dsc& dsc = checked.dsc;
        const auto known = db::find_source(database_, place_, dsc.source, dsc.version);
        if (known && known->published_here) return {dsc.source, dsc.version, db::Change::unchanged};
        Batch batch;
        if (!known) {
            std::vector<std::string> paths = checked.paths;
            paths.insert(paths.begin(), checked.path);
            batch = adopt_all(database_, librarian_, paths, place_.is_private);
        }
        db::Transaction transaction(database_);
        supersede_older(checked);
        const std::string component = order_.component.value_or(dsc.component);
        const SourceId source =
            known ? known->id : db::insert_source(database_, row_of(dsc, component, batch.files));
        db::insert_publication(database_, place_, source, component);
        transaction.commit();
        batch.keep();
        return {dsc.source, dsc.version, db::Change::created};
    }

    db::NewSource row_of(const Dsc& dsc, const std::string& component,
                         const std::vector<LibraryFile>& files) const {
        return {dsc.source,     dsc.version,       component,         order_.urgency,
                order_.creator, dsc.architectures, dsc.build_depends, dsc.build_depends_indep,
                files};
    }

    void supersede_older(const CheckedDsc& checked) {
        const Dsc& dsc = checked.dsc;
        std::vector<std::int64_t> older;
        for (const auto& published : db::published_versions(database_, place_, dsc.source)) {
            if (policy::compare_versions(published.version, dsc.version) > 0)
                throw Failure(ExitStatus::bad_input,
                              fmt::format("{}: {} {} is older than {}, which {} publishes in {}",
                                          checked.path, dsc.source, dsc.version, published.version,
                                          order_.archive, order_.series));
            older.push_back(published.publication);
        }
        db::supersede_publications(database_, older);
    }

    db::Database& database_;
    const Librarian& librarian_;
    const ImportOrder& order_;
    Log& log_;
    db::SourcePlace place_;
};

}  // namespace

std::vector<Imported> import_sources(db::Database& database, const Librarian& librarian,
                                     const ImportOrder& order, Log& log) {
    return Import(database, librarian, order, log).run();
}

db::Change store_chroot(db::Database& database, const Librarian& librarian, DistroArchSeriesId arch,
                        Pocket pocket, const std::string& path) {
    const auto digests = digest_file(path);
    if (!digests) throw Failure(ExitStatus::bad_input, digests.error().message);
    const auto current = db::read_chroot(database, arch, pocket);
    if (current && current->digests == *digests && current->filename == base_name(path))
        return db::Change::unchanged;
    Batch batch = adopt_all(database, librarian, {path}, false);
    db::Transaction transaction(database);
    db::set_chroot(database, arch, pocket, batch.files[0]);
    transaction.commit();
    batch.keep();
    return current ? db::Change::changed : db::Change::created;
}

}  // namespace buildd::farm
