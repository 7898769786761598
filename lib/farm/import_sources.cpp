// source import: everything is checked, then each source is stored by itself.
#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "base/failure.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "db/sources.hpp"
#include "farm/file_batch.hpp"
#include "farm/store_files.hpp"
#include "policy/versions.hpp"
#include "upload/dsc.hpp"

namespace buildd::farm {

namespace {

std::vector<CheckedFile> files_of(const CheckedDsc& source) {
    std::vector<CheckedFile> files;
    for (const auto& [path, digests] : source.files) files.push_back({path, digests});
    return files;
}

std::string title(const CheckedDsc& source) {
    return source.dsc.source + " " + source.dsc.version;
}

bool goes_before(const CheckedDsc& a, const CheckedDsc& b) {
    if (a.dsc.source != b.dsc.source) return a.dsc.source < b.dsc.source;
    return policy::compare_versions(a.dsc.version, b.dsc.version) < 0;
}

class Import {
 public:
    Import(db::Database& database, const Librarian& librarian, const ImportOrder& order, Log& log)
        : database_(database), librarian_(librarian), order_(order), log_(log) {}

    std::vector<Imported> run() {
        place_ = db::find_source_place(database_, order_.archive, order_.series, order_.pocket);
        if (order_.creator) db::require_person(database_, *order_.creator);
        check_files();
        for (const auto& source : sources_) check_version(source);
        refuse_what_is_wrong();
        std::vector<Imported> imported;
        for (const auto& source : sources_) {
            log_.progress("storing {}/{}: {}", imported.size() + 1, sources_.size(),
                          base_name(source.path()));
            imported.push_back({source.dsc.source, source.dsc.version, import(source)});
        }
        log_.progress("");
        return imported;
    }

 private:
    void check_files() {
        int number = 0;
        for (const auto& path : order_.dscs) {
            log_.progress("checking {}/{}: {}", ++number, order_.dscs.size(), base_name(path));
            auto checked = check_dsc(path);
            if (checked)
                sources_.push_back(std::move(*checked));
            else
                for (const auto& sentence : checked.error()) wrong_.push_back(sentence);
        }
        std::stable_sort(sources_.begin(), sources_.end(), goes_before);
    }

    // Against what the archive knows and the other sources of this call.
    void check_version(const CheckedDsc& source) {
        const auto known = known_as(source);
        if (known && known->dsc_sha256 != source.sha256())
            wrong_.push_back(other_contents(source));
        else if (const auto* other = other_of_this_version(source))
            wrong_.push_back(same_version(source, *other));
        else if (const auto there = not_older(source); there && !is_done(known, source, *there))
            wrong_.push_back(not_newer_than(source, *there));
        else if (!known)
            check_files_of(source);
    }

    std::string same_version(const CheckedDsc& source, const CheckedDsc& other) const {
        if (other.dsc.version == source.dsc.version)
            return fmt::format("{}: {} is {} too, with other contents", source.path(), other.path(),
                               title(source));
        return fmt::format("{}: {} in {} is an equal version", source.path(), title(other),
                           other.path());
    }

    // A name means the same bytes for ever: archives and their mirrors keep a file under it.
    void check_files_of(const CheckedDsc& source) {
        for (const auto& name : clashing_files(source)) wrong_.push_back(other_file(source, name));
        for (const auto& [path, digests] : source.files) {
            const auto& first = seen_.try_emplace(base_name(path), path, digests).first->second;
            if (first.second != digests)
                wrong_.push_back(fmt::format("{}: {} and {} have one name and other contents",
                                             source.path(), first.first, path));
        }
    }

    std::vector<std::string> clashing_files(const CheckedDsc& source) const {
        std::vector<db::NamedSum> files;
        for (const auto& [path, digests] : source.files)
            files.push_back({base_name(path), digests.sha256});
        return db::clashing_source_files(database_, place_, source.dsc.source, files);
    }

    std::string other_file(const CheckedDsc& source, const std::string& name) const {
        return fmt::format("{}: {} holds a {} already, with other contents", source.path(),
                           order_.archive, name);
    }

    std::optional<db::KnownSource> known_as(const CheckedDsc& source) const {
        return db::find_source(database_, place_, source.dsc.source, source.dsc.version);
    }

    // Or of an equal one: 1.0 and 1.0-0 are.
    const CheckedDsc* other_of_this_version(const CheckedDsc& source) const {
        const auto [from, to] =
            std::equal_range(sources_.begin(), sources_.end(), source, goes_before);
        const auto other = std::find_if(
            from, to, [&](const CheckedDsc& one) { return one.sha256() != source.sha256(); });
        return other == to ? nullptr : &*other;
    }

    // The one that is published, if it is newer, or equal in other words.
    std::optional<std::string> not_older(const CheckedDsc& source) const {
        const std::string& version = source.dsc.version;
        for (const auto& one : db::published_versions(database_, place_, source.dsc.source))
            if (one.version != version && policy::compare_versions(one.version, version) >= 0)
                return one.version;
        return std::nullopt;
    }

    // Of an earlier call with the same sources, in which the newer one came after it.
    bool is_done(const std::optional<db::KnownSource>& known, const CheckedDsc& source,
                 const std::string& newer) const {
        return known && known->was_here &&
               std::any_of(sources_.begin(), sources_.end(), [&](const CheckedDsc& other) {
                   return other.dsc.source == source.dsc.source && other.dsc.version == newer;
               });
    }

    std::string other_contents(const CheckedDsc& source) const {
        return fmt::format("{}: {} holds {} already, with other contents", source.path(),
                           order_.archive, title(source));
    }

    std::string not_newer_than(const CheckedDsc& source, const std::string& other) const {
        const bool equal = policy::compare_versions(other, source.dsc.version) == 0;
        return fmt::format("{}: {} is {} {}, which {} publishes in {}", source.path(),
                           title(source), equal ? "the same version as" : "older than", other,
                           order_.archive, order_.series);
    }

    void refuse_what_is_wrong() const {
        if (wrong_.empty()) return;
        if (wrong_.size() == 1) throw Failure(ExitStatus::bad_input, wrong_.front());
        log_.progress("");
        for (const auto& sentence : wrong_) log_.error("{}", sentence);
        throw Failure(ExitStatus::bad_input,
                      fmt::format("{} files are not as they should be: no source is taken in",
                                  wrong_.size()));
    }

    db::Change import(const CheckedDsc& source) {
        const auto known = known_as(source);
        if (known && (known->published_here || is_superseded(*known, source)))
            return db::Change::unchanged;
        FileBatch batch;
        if (!known) batch = store_batch(database_, librarian_, files_of(source), place_.is_private);
        db::Transaction transaction(database_);
        db::lock_source_name(transaction, source.dsc.source);
        // Its files are stored where the others of the archive must be.
        if (db::hold_privacy(transaction, place_.archive) != place_.is_private)
            throw Failure(ExitStatus::busy,
                          "somebody has changed whether the archive is private: try again");
        if (!publish(transaction, source, batch)) return db::Change::unchanged;
        transaction.commit();
        batch.keep();
        return db::Change::created;
    }

    bool is_superseded(const db::KnownSource& known, const CheckedDsc& source) const {
        const auto newer = not_older(source);
        return newer && is_done(known, source, *newer);
    }

    // Under the lock of its name; somebody else may have been here since the check. false: with
    // this source.
    bool publish(db::Transaction& transaction, const CheckedDsc& source, FileBatch& batch) {
        const auto known = known_as(source);
        if (known && known->dsc_sha256 != source.sha256())
            throw Failure(ExitStatus::bad_input, other_contents(source));
        if (known && known->published_here) return false;
        if (const auto other = not_older(source))
            throw Failure(ExitStatus::bad_input, not_newer_than(source, *other));
        if (!known)
            for (const auto& name : clashing_files(source))
                throw Failure(ExitStatus::bad_input, other_file(source, name));
        supersede_older(transaction, source);
        const std::string component = order_.component.value_or(source.dsc.component);
        const SourceId id =
            known ? known->id : db::insert_source(transaction, row_of(source, component, batch));
        if (known) batch = {};
        db::insert_publication(transaction, place_, id, component);
        return true;
    }

    void supersede_older(db::Transaction& transaction, const CheckedDsc& source) {
        std::vector<std::int64_t> older;
        for (const auto& one : db::published_versions(database_, place_, source.dsc.source))
            older.push_back(one.publication);
        db::supersede_publications(transaction, older);
    }

    db::NewSource row_of(const CheckedDsc& source, const std::string& component,
                         const FileBatch& batch) const {
        const Dsc& dsc = source.dsc;
        return {dsc.source,
                dsc.version,
                component,
                order_.urgency,
                order_.creator,
                dsc.architectures,
                dsc.build_depends,
                dsc.build_depends_indep,
                dsc.indep_architecture,
                batch.files};
    }

    db::Database& database_;
    const Librarian& librarian_;
    const ImportOrder& order_;
    Log& log_;
    db::SourcePlace place_;
    std::vector<CheckedDsc> sources_;
    std::map<std::string, std::pair<std::string, FileDigests>> seen_;  // by name: path, digests
    std::vector<std::string> wrong_;
};

}  // namespace

std::vector<Imported> import_sources(db::Database& database, const Librarian& librarian,
                                     const ImportOrder& order, Log& log) {
    return Import(database, librarian, order, log).run();
}

}  // namespace buildd::farm
