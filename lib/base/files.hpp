// Durable changes to folders and files. Order everywhere (spec: behaviour §2.4): write, fsync the
// file, rename, fsync the folder; only then may a commit rely on it.
//
// All of it blocks on the disk, and may be called from any thread; two that change one path at once
// get one of the two outcomes, never a mixture. Paths are not empty, and relative to the working
// directory unless they begin with a slash. No function follows a link in the last part of a path
// unless it says so. An error says what, which path, and why.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "base/result.hpp"

namespace buildd {

// Creates missing parents too, each durable in its parent; an existing folder, or a link to one, is
// success, whatever its mode. `mode`: as for mkdir(2), the umask is obeyed. Error: some of the
// parents may have been made.
Result<void> make_folders(const std::string& path, unsigned mode = 0755);
Result<void> fsync_folder(const std::string& path);
Result<void> fsync_fd(int fd, std::string_view path);

// rename(2) that never overwrites. Answers 0 or errno; EEXIST: `to` was there. Not durable before
// both folders are synced. On a file system that knows no RENAME_NOREPLACE (NFS) another process
// may make `to` in between, and is overwritten.
int rename_noreplace(const std::string& from, const std::string& to);

// rename(2), then fsync of both parent folders. Never over an existing target: that is an error. On
// an error the tree lies at `from` or at `to`, whole: who must know looks.
// To another file system the whole tree is copied beside the target and made durable before it has
// its name; where a killed process had done that and not yet removed what it copied, the move is
// finished.
Result<void> move_durably(const std::string& from, const std::string& to);

// Removes a file or a whole folder without following links; missing is success, and so is what
// another process removes at the same time. Error: a part of it may be gone. Precondition: it is
// not the root of the file system.
Result<void> remove_tree(const std::string& path);

// Names in a folder, sorted by bytes, without "." and ".."; a missing folder has none.
Result<std::vector<std::string>> list_folder(const std::string& path);

bool exists(const std::string& path);     // lstat: a dangling link exists
bool is_folder(const std::string& path);  // not through a link
// For who must not take "cannot be looked at" for "is not there".
Result<bool> finds_folder(const std::string& path);
// By the host's clock, to the second. Error: it is not there, or cannot be looked at.
Result<std::chrono::system_clock::time_point> modified(const std::string& path);
std::string parent_of(const std::string& path);  // "." where the path has none
std::string base_name(const std::string& path);  // after the last slash; may be empty

// Writes `content` so that readers see the old file or the new one, never a part, also after a
// crash. With `mode` the file has exactly these permissions; else the umask is obeyed. Waits up to
// five seconds for another process that writes it. Error: the old file is there as it was, but for
// an fsync of the folder that failed.
Result<void> replace_file(const std::string& path, std::string_view content,
                          std::optional<unsigned> mode = std::nullopt);

// The same for what is made from the file's old content ("": it cannot be read): one process after
// the other reads and writes it. `content` is called once, while others wait.
Result<void> update_file(const std::string& path,
                         const std::function<std::string(const std::string&)>& content,
                         std::optional<unsigned> mode = std::nullopt);

}  // namespace buildd
