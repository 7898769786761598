#include "farm/moves.hpp"

#include <algorithm>

#include "base/files.hpp"
#include "base/move_across.hpp"
#include "db/library.hpp"
#include "db/privacy.hpp"
#include "farm/farm.hpp"
#include "policy/names.hpp"
#include "upload/take_in.hpp"

namespace buildd::farm {

namespace {

constexpr int batch = 100;  // files that are made durable at once

struct Place {
    std::string path;
    BuildId build;
};

// Of leaves that are being moved between file systems, too.
Result<Cookie> cookie_of(const char* folder, const std::string& name) {
    const std::string leaf =
        name.substr(0, std::min(name.find(moving_suffix), name.find(moved_suffix)));
    return folder == grabbing_folder ? parse_cookie(leaf) : policy::leaf_cookie(leaf);
}

// In the order in which a leaf goes, so that none is missed that goes on meanwhile.
std::vector<Place> places(const Settings& settings) {
    std::vector<Place> found;
    for (const char* folder : {grabbing_folder, incoming_folder, accepted_folder, rejected_folder,
                               failed_folder, stuck_folder}) {
        const auto names = list_folder(settings.root + "/" + folder);
        if (!names) continue;
        for (const auto& name : *names)
            if (const auto cookie = cookie_of(folder, name))
                found.push_back({place(settings, folder, name), cookie->build});
    }
    return found;
}

// With the access that their archives have now.
std::vector<std::pair<std::string, Access>> known_places(const Settings& settings,
                                                         db::Database& database) {
    const auto all = places(settings);
    std::vector<BuildId> builds;
    for (const auto& one : all) builds.push_back(one.build);
    const auto is_private = db::privacy_of(database, builds);
    std::vector<std::pair<std::string, Access>> found;
    for (const auto& [path, build] : all)
        if (const auto known = is_private.find(build); known != is_private.end())
            found.push_back({path, {known->second}});
    return found;
}

void keep_first(Result<void>& first, Result<void> done) {
    if (first) first = std::move(done);
}

}  // namespace

Result<void> give_access_to_leaves(const Settings& settings, db::Database& database) {
    Result<void> done;
    for (const auto& [path, access] : known_places(settings, database))
        keep_first(done, give_access_to_tree(path, access));
    return done;
}

std::vector<std::string> open_leaves(const Settings& settings, db::Database& database) {
    std::vector<std::string> open;
    for (const auto& [path, access] : known_places(settings, database)) {
        const auto right = access.restricted ? tree_has_access(path, access) : Result<bool>(true);
        if (!right || !*right) open.push_back(path + (right ? "" : ": " + right.error().message));
    }
    return open;
}

Result<void> move_files(db::Database& database, const Librarian& librarian,
                        MoveClock::time_point end) {
    Result<void> done;
    LibraryFileId after{0};
    do {
        const auto moves = db::files_to_move(database, after, batch);
        if (moves.empty()) return done;
        std::vector<db::FileMove> moved;
        for (const auto& move : moves) {
            const auto id = move.file;
            auto there = librarian.move(id, [&] { return db::read_library_file(database, id); });
            if (there) moved.push_back(move);
            keep_first(done, std::move(there));
            after = id;
        }
        if (auto synced = librarian.sync(); !synced) return synced;
        db::have_moved(database, moved);
    } while (MoveClock::now() < end);
    return done;
}

Result<void> finish_moves(const Settings& settings, db::Database& database,
                          const Librarian& librarian, MoveClock::time_point end) {
    if (db::files_to_move(database, LibraryFileId{0}, 1).empty()) return {};
    auto done = give_access_to_leaves(settings, database);
    keep_first(done, move_files(database, librarian, end));
    return done;
}

}  // namespace buildd::farm
