#include "farm/reupload.hpp"

#include <fmt/format.h>

#include "base/files.hpp"
#include "base/lock_file.hpp"
#include "db/build_edits.hpp"
#include "farm/farm.hpp"
#include "policy/admin.hpp"
#include "supervise/item_lock.hpp"
#include "upload/take_in.hpp"

namespace buildd::farm {

namespace {

struct Found {
    BuildFacts build;
    std::string leaf;
    std::string path;  // where it lies
    std::optional<LockFile> lock;
};

std::optional<std::string> path_of_leaf(const Settings& settings, const std::string& leaf) {
    for (const char* folder : {failed_folder, stuck_folder, rejected_folder}) {
        const std::string path = place(settings, folder, leaf);
        if (is_folder(path)) return path;
    }
    return std::nullopt;
}

Found find_leaf(db::Database& database, const Settings& settings, BuildId id) {
    Found found;
    found.build = read_known_build(database, id);
    require_allowed(found.build,
                    policy::check_reupload(found.build, db::other_active_build(database, id)));
    const auto leaf = db::last_leaf(database, id);
    if (!leaf) require_allowed(found.build, Error{"left no results: 'build retry' rebuilds it"});
    found.leaf = *leaf;
    const auto path = path_of_leaf(settings, found.leaf);
    if (!path)
        require_allowed(found.build,
                        Error{fmt::format("has no results any more: {} is in none of failed, "
                                          "failed-to-move and rejected; 'build retry' rebuilds it",
                                          found.leaf)});
    found.path = *path;
    return found;
}

void lock_leaf(const Settings& settings, Found& found) {
    auto lock =
        supervise::take_item_lock(leaf_lock_path(settings.root, found.leaf),
                                  child_folder(settings.root, found.leaf), "build reupload");
    if (!lock) throw Failure(ExitStatus::unavailable, lock.error().message);
    if (!*lock)
        throw Failure(ExitStatus::busy,
                      fmt::format("build {} ({}): somebody works on {}; nothing was changed: try "
                                  "again",
                                  found.build.id.value, found.build.title(), found.leaf));
    found.lock = std::move(*lock);
}

void name_leaves(db::Database& database, const std::vector<Found>& all) {
    db::Transaction transaction(database);
    for (const auto& found : all) {
        try {
            if (!db::start_reupload(database, found.build.id, found.leaf)) throw_moved(found.build);
        } catch (const db::StatementError& error) {
            if (error.is_taken()) throw_moved(found.build);  // another became active
            throw;
        }
    }
    transaction.commit();
}

// Where a folder refuses, that build and those after it are FAILEDTOUPLOAD as before.
void move_leaves(db::Database& database, const Settings& settings, const std::vector<Found>& all) {
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Found& found = all[i];
        const auto moved = move_durably(found.path, place(settings, incoming_folder, found.leaf));
        if (moved) continue;
        for (std::size_t left = i; left < all.size(); ++left)
            db::stop_reupload(database, all[left].build.id, all[left].leaf);
        throw Failure(ExitStatus::unavailable,
                      fmt::format("build {} ({}) stays FAILEDTOUPLOAD: {}", found.build.id.value,
                                  found.build.title(), moved.error().message));
    }
}

}  // namespace

Lines reupload_builds(db::Database& database, const Settings& settings,
                      const std::vector<BuildId>& ids) {
    const bool only_rehearsed = database.rehearsing();
    std::vector<Found> all;
    for (const BuildId id : ids) {
        all.push_back(find_leaf(database, settings, id));
        if (!only_rehearsed) lock_leaf(settings, all.back());
    }
    name_leaves(database, all);
    if (!only_rehearsed) move_leaves(database, settings, all);
    Lines lines;
    for (const auto& found : all)
        lines.push_back(line_about(found.build, fmt::format("FAILEDTOUPLOAD -> UPLOADING, {} "
                                                            "from {}",
                                                            found.leaf, parent_of(found.path))));
    return lines;
}

}  // namespace buildd::farm
