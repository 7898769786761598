// Durable changes to folders and files. Order everywhere (spec: behaviour §2.4): write, fsync the
// file, rename, fsync the folder; only then may a commit rely on it.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "base/result.hpp"

namespace buildd {

// Creates missing parents too; an existing folder is success.
Result<void> make_folders(const std::string& path, unsigned mode = 0755);
Result<void> fsync_folder(const std::string& path);
Result<void> fsync_fd(int fd, std::string_view path);

// rename(2) that never overwrites. Answers 0 or errno.
int rename_noreplace(const std::string& from, const std::string& to);

// rename(2), then fsync of both parent folders. Never over an existing target: that is an error.
// To another file system the whole tree is copied beside the target and made durable before it has
// its name; where a killed process had done that and not yet removed what it copied, the move is
// finished.
Result<void> move_durably(const std::string& from, const std::string& to);

// Removes a file or a whole folder without following links; missing is success.
Result<void> remove_tree(const std::string& path);

// Names in a folder, sorted, without "." and ".."; a missing folder has none.
Result<std::vector<std::string>> list_folder(const std::string& path);

bool exists(const std::string& path);     // lstat: a dangling link exists
bool is_folder(const std::string& path);  // not through a link
// For who must not take "cannot be looked at" for "is not there".
Result<bool> finds_folder(const std::string& path);
Result<std::chrono::system_clock::time_point> modified(const std::string& path);
std::string parent_of(const std::string& path);
std::string base_name(const std::string& path);

// Writes `content` so that readers see the old file or the new one, never a part. With `mode` the
// file has exactly these permissions; else the umask is obeyed.
Result<void> replace_file(const std::string& path, std::string_view content,
                          std::optional<unsigned> mode = std::nullopt);

// The same for what is made from the file's old content ("": it cannot be read): one process after
// the other reads and writes it.
Result<void> update_file(const std::string& path,
                         const std::function<std::string(const std::string&)>& content,
                         std::optional<unsigned> mode = std::nullopt);

}  // namespace buildd
