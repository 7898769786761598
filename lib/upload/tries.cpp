#include "upload/tries.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "upload/take_in.hpp"

namespace buildd {

namespace {

using policy::UploadTries;
using std::chrono::system_clock;

std::string path_in(const std::string& folder) {
    return folder + "/tries";
}

std::string last_upload_path(const std::string& root) {
    return fmt::format("{}/{}/{}", root, children_folder, last_upload_file);
}

}  // namespace

UploadTries read_tries(const std::string& folder) {
    UploadTries tries;
    const auto text = read_file(path_in(folder), 64 << 10);
    if (!text) return tries;
    const auto lines = split(*text, '\n');
    const auto words = split_words(lines[0]);
    if (words.size() != 5 || lines.size() < 2) return tries;
    const auto number = [&](std::size_t word) { return parse_int(words[word]).value_or(0); };
    tries.tries = static_cast<int>(number(0));
    tries.killed = static_cast<int>(number(1));
    tries.first = system_clock::from_time_t(number(2));
    tries.last = system_clock::from_time_t(number(3));
    tries.first_killed = system_clock::from_time_t(number(4));
    tries.reason = one_line(lines[1]);
    return tries;
}

Result<void> write_tries(const std::string& folder, const UploadTries& tries) {
    if (auto made = make_folders(folder); !made) return made;
    return replace_file(
        path_in(folder),
        fmt::format("{} {} {} {} {}\n{}\n", tries.tries, tries.killed,
                    system_clock::to_time_t(tries.first), system_clock::to_time_t(tries.last),
                    system_clock::to_time_t(tries.first_killed), one_line(tries.reason)),
        0640);  // the reason may name what is in a private archive
}

std::optional<UploadTries::Time> last_good_upload(const std::string& root) {
    const auto time = modified(last_upload_path(root));
    return time ? std::optional(*time) : std::nullopt;
}

void note_good_upload(const std::string& root) {
    // Where it cannot be written, a leaf that kills its readers is tried for longer.
    const auto file = open_file(last_upload_path(root), O_WRONLY | O_CREAT);
    if (file) ::futimens(file->get(), nullptr);
}

}  // namespace buildd
