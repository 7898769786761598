#include "farm/folders.hpp"

#include <fmt/format.h>

#include "base/failure.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "librarian/url_key.hpp"

namespace buildd::farm {

namespace {

void check_uuid(const std::string& key, const std::string& folder, const std::string& uuid,
                bool only_look) {
    const std::string path = folder + "/farm-uuid";
    if (!exists(path)) {
        if (only_look) return;
        const auto written = replace_file(path, uuid + "\n");
        if (written) return;
        // Another host's first pass may have renamed the same file just now.
        if (!exists(path))
            throw Failure(ExitStatus::bad_config, key + ": " + written.error().message);
    }
    const auto content = read_file(path, 4096);
    if (!content) throw Failure(ExitStatus::bad_config, key + ": " + content.error().message);
    if (trim(*content) != uuid)
        throw Failure(ExitStatus::bad_config,
                      fmt::format("{0}: {1} belongs to the farm {2}, the database is the farm {3}: "
                                  "name the database of that farm (setting database), restore it "
                                  "if it is lost, or begin anew with an empty folder (move {1} "
                                  "away or set {0})",
                                  key, folder, one_line(trim(*content)), uuid));
}

// Older versions left it open to whom the umask let in. A group that does not fit is named by the
// check of the settings, and lets nobody in meanwhile.
void close_restricted(const Settings& settings) {
    const std::string path = settings.librarian_root + "/restricted";
    if (auto closed = give_access(path, {true}); !closed)
        throw Failure(ExitStatus::bad_config, "librarian_root: " + closed.error().message);
    if (const auto readers = librarian_of(settings).access(true))
        (void)give_access(path, *readers).ok();
}

// Only where the folders are this farm's.
void keep_private(const Settings& settings) {
    if (auto made = make_url_key(settings.root + "/" + url_key_file); !made)
        throw Failure(ExitStatus::bad_config, "root: " + made.error().message);
    close_restricted(settings);
}

void make_all_folders(const Settings& settings) {
    // An uploader makes accepted, rejected and failed itself, and says so.
    for (const char* folder :
         {grabbing_folder, incoming_folder, stuck_folder, locks_folder, tmp_folder})
        if (auto made = make_folders(settings.root + "/" + folder); !made)
            throw Failure(ExitStatus::bad_config, "root: " + made.error().message);
    if (auto made = make_folders(settings.librarian_root); !made)
        throw Failure(ExitStatus::bad_config, "librarian_root: " + made.error().message);
}

}  // namespace

Librarian librarian_of(const Settings& settings) {
    return {settings.librarian_root,
            {settings.librarian_url, settings.librarian_restricted_url,
             settings.root + "/" + url_key_file},
            settings.restricted_group};
}

void require_new_folders(const Settings& settings) {
    for (const auto& [key, folder] :
         {std::pair("root", settings.root), std::pair("librarian_root", settings.librarian_root)})
        if (exists(folder + "/farm-uuid"))
            throw Failure(
                ExitStatus::bad_config,
                fmt::format("{0}: {1} belongs to another farm already, a new one does not "
                            "begin beside its files: name that farm's database (setting "
                            "database), restore it if it is lost, or move {1} away or "
                            "set {0}",
                            key, folder));
}

void open_folders(const Settings& settings, const std::string& farm_uuid, bool only_look) {
    if (!only_look) make_all_folders(settings);
    check_uuid("root", settings.root, farm_uuid, only_look);
    check_uuid("librarian_root", settings.librarian_root, farm_uuid, only_look);
    if (!only_look) keep_private(settings);
}

}  // namespace buildd::farm
