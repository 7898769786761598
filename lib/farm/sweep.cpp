#include "farm/sweep.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.hpp"
#include "base/lock_file.hpp"
#include "base/move_across.hpp"
#include "db/claims.hpp"
#include "db/library.hpp"
#include "db/uploads.hpp"
#include "farm/moves.hpp"
#include "farm/settle.hpp"
#include "policy/names.hpp"
#include "supervise/item_lock.hpp"
#include "supervise/supervise.hpp"
#include "upload/take_in.hpp"
#include "upload/tries.hpp"

namespace buildd::farm {

namespace {

using Names = std::vector<std::string>;

Names names_in(const Farm& farm, const char* folder) {
    auto names = list_folder(farm.settings().root + "/" + folder);
    if (names) return std::move(*names);
    farm.our_fault(names.error().message);
    return {};
}

bool contains(const Names& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

void remove(const Farm& farm, const std::string& path) {
    if (farm.only_says("remove {}", path)) return;
    farm.log.debug("Removing {}", path);
    if (auto gone = remove_tree(path); !gone) farm.our_fault(gone.error().message);
}

// The texts of those cookies whose job exists.
Names live_cookies(const Farm& farm, const std::vector<Result<Cookie>>& parsed) {
    std::vector<Cookie> cookies;
    for (const auto& cookie : parsed)
        if (cookie) cookies.push_back(*cookie);
    Names live;
    if (cookies.empty()) return live;
    for (const auto& cookie : db::live_cookies(farm.database, cookies))
        live.push_back(cookie.text());
    return live;
}

void sweep_grabbing(const Farm& farm) {
    const Names names = names_in(farm, grabbing_folder);
    std::vector<Result<Cookie>> cookies;
    for (const auto& name : names) cookies.push_back(parse_cookie(name));
    const Names live = live_cookies(farm, cookies);
    for (const auto& name : names)
        if (!contains(live, name)) remove(farm, place(farm.settings(), grabbing_folder, name));
}

// A leaf that neither a build nor a job names: only a person knows what it is. With its lock, since
// another process may have been settling it when the list was read.
void set_aside(const Farm& farm, const std::string& leaf) {
    const std::string from = place(farm.settings(), incoming_folder, leaf);
    if (farm.only_says("move {} to {}", from, stuck_folder)) return;
    const std::string& root = farm.settings().root;
    const auto lock =
        supervise::take_item_lock(leaf_lock_path(root, leaf), child_folder(root, leaf), "sweep");
    if (!lock || !*lock || !is_folder(from)) return;
    if (!db::named_leaves(farm.database, {leaf}).empty()) return;
    std::string to = place(farm.settings(), stuck_folder, leaf);
    while (exists(to)) to += "+";
    auto moved = make_folders(parent_of(to));
    if (moved) moved = move_durably(from, to);
    if (!moved && !is_folder(from) && !exists(to))
        return;  // an uploader that has no lock has moved it
    farm.report.needs_person = true;
    if (moved)
        farm.log.error(
            "No build names the leaf {}: it was set aside as {}; look what it is, "
            "then remove it",
            leaf, to);
    else
        farm.log.error("No build names the leaf {}, and it cannot be set aside: {}", leaf,
                       moved.error().message);
}

// Of a leaf that is being moved between file systems, too.
std::string leaf_of(const std::string& name) {
    for (const std::string_view suffix : {moving_suffix, moved_suffix})
        if (name.ends_with(suffix)) return name.substr(0, name.size() - suffix.size());
    return name;
}

// What a killed process has left of a move between file systems; a live one holds the leaf's lock.
bool is_half_moved(const Farm& farm, const std::string& name) {
    const std::string leaf = leaf_of(name);
    if (leaf == name || !policy::leaf_cookie(leaf)) return false;
    const std::string path = place(farm.settings(), incoming_folder, name);
    if (farm.only_says("remove {}", path)) return true;
    const std::string& root = farm.settings().root;
    const auto lock =
        supervise::take_item_lock(leaf_lock_path(root, leaf), child_folder(root, leaf), "sweep");
    if (lock && *lock) remove(farm, path);
    return true;
}

void sweep_incoming(const Farm& farm) {
    Names names = names_in(farm, incoming_folder);
    std::erase_if(names, [&](const std::string& name) { return is_half_moved(farm, name); });
    if (names.empty()) return;
    const Names named = db::named_leaves(farm.database, names);
    std::vector<Result<Cookie>> cookies;
    for (const auto& name : names) cookies.push_back(policy::leaf_cookie(name));
    const Names live = live_cookies(farm, cookies);
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (contains(named, names[i])) continue;
        if (cookies[i] && contains(live, cookies[i]->text()))
            remove(farm, place(farm.settings(), incoming_folder, names[i]));
        else
            set_aside(farm, names[i]);
    }
}

void sweep_librarian(const Farm& farm) {
    if (!farm.librarian.has_pending()) return;
    if (farm.only_says("finish or remove half-stored files of the librarian")) return;
    const auto swept = farm.librarian.sweep([&](LibraryFileId id) -> std::optional<std::string> {
        const auto names = db::file_names(farm.database, {id});
        const auto found = names.find(id);
        return found == names.end() ? std::nullopt : std::optional(found->second);
    });
    if (!swept) farm.our_fault(swept.error().message);
}

constexpr std::chrono::seconds time_for_moves{5};  // of a pass

// What a killed `archive set --private` has left, and what was being stored meanwhile.
void sweep_moves(const Farm& farm) {
    if (farm.dry_run) return;
    const auto end = MoveClock::now() + time_for_moves;
    const auto done = finish_moves(farm.settings(), farm.database, farm.librarian, end);
    if (!done) farm.our_fault(done.error().message);
}

// What is kept of items and slots: lock files, records of children and leaves' temporary folders,
// each under the item's name; a publish_command's under its leaf's.
Names items_on_disk(const Farm& farm) {
    Names items;
    for (const char* folder : {locks_folder, children_folder, tmp_folder})
        for (const auto& name : names_in(farm, folder)) {
            const std::string item = name.substr(0, name.find(publish_suffix));
            const bool foreign =
                item == last_upload_file || (folder == tmp_folder && !policy::leaf_cookie(item));
            if (!foreign && !contains(items, item)) items.push_back(item);
        }
    return items;
}

void sweep_items(const Farm& farm) {
    const Names items = items_on_disk(farm);
    if (items.empty()) return;
    const Names named = db::named_leaves(farm.database, items);
    for (const auto& item : items) {
        if (contains(named, item)) continue;
        const std::string path = leaf_lock_path(farm.settings().root, item);
        const auto lock =
            supervise::take_item_lock(path, child_folder(farm.settings().root, item), "sweep");
        if (!lock || !*lock) continue;
        // Other kinds keep their records as long as they need them.
        if (policy::leaf_cookie(item)) forget_children(farm, item);
        remove(farm, path);
    }
}

// How long ago a folder was moved to where it is: its inode changed last then.
std::chrono::seconds time_in_place(const std::string& path) {
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0) return {};
    return std::chrono::seconds(std::time(nullptr) - info.st_ctime);
}

// What a killed process or a child left behind: nobody works on one thing for so long.
void sweep_tmp(const Farm& farm) {
    const auto old = std::max<std::chrono::seconds>(std::chrono::hours(24),
                                                    2 * farm.settings().uploader_timeout);
    for (const auto& name : names_in(farm, tmp_folder)) {
        const std::string path = place(farm.settings(), tmp_folder, name);
        const auto time = modified(path);
        if (time && std::chrono::system_clock::now() - *time > old) remove(farm, path);
    }
}

struct Kept {
    const char* folder;
    std::chrono::seconds keep;
};

std::array<Kept, 4> kept_folders(const Farm& farm) {
    const Settings& settings = farm.settings();
    return {{{accepted_folder, settings.keep_accepted},
             {rejected_folder, settings.keep_failed},
             {failed_folder, settings.keep_failed},
             {stuck_folder, settings.keep_failed}}};
}

Names old_leaves(const Farm& farm, const Kept& kept) {
    Names names = names_in(farm, kept.folder);
    std::erase_if(names, [&](const std::string& name) {
        return time_in_place(place(farm.settings(), kept.folder, name)) < kept.keep;
    });
    return names;
}

}  // namespace

void sweep_before_pass(Farm& farm) {
    sweep_grabbing(farm);
    sweep_incoming(farm);
    sweep_librarian(farm);
    sweep_tmp(farm);
}

bool sweep_is_due(const Farm& farm) {
    const auto folders = kept_folders(farm);
    return !items_on_disk(farm).empty() ||
           std::any_of(folders.begin(), folders.end(),
                       [&](const Kept& kept) { return !old_leaves(farm, kept).empty(); });
}

void sweep_after_uploads(Farm& farm) {
    sweep_items(farm);
    sweep_moves(farm);
    Names unsettled = db::claimed_leaves(farm.database);  // to be published again, if at all
    for (const auto& waiting : db::waiting_leaves(farm.database)) unsettled.push_back(waiting.leaf);
    for (const auto& kept : kept_folders(farm))
        for (const auto& name : old_leaves(farm, kept))
            if (!contains(unsettled, leaf_of(name)))
                remove(farm, place(farm.settings(), kept.folder, name));
}

}  // namespace buildd::farm
