// The configuration file: errors are one line that tells no password, values come back.
#include "base/settings.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/failure.hpp"
#include "fuzz.hpp"

using namespace buildd;
using fuzz::require;

namespace {

// A file without a disk.
const std::string& file_with(std::string_view bytes) {
    static const int fd = ::memfd_create("settings", 0);
    static const std::string path = "/proc/self/fd/" + std::to_string(fd);
    require(::ftruncate(fd, 0) == 0 &&
                ::pwrite(fd, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()),
            "the file is written");
    return path;
}

const auto nothing = [](const std::string&) -> std::optional<std::string> { return {}; };

}  // namespace

FUZZ_TARGET(bytes) {
    const std::string path = file_with(bytes);
    const auto texts = read_settings_file(path);
    if (!texts) {
        require(texts.error().message.starts_with(path + ", line "), "an error names its line");
        return;
    }
    std::string again;
    for (const auto& [key, value] : *texts) {
        require(value.text.find('\n') == std::string::npos, "a value is one line");
        again += key + " = " + value.text + "\n";
        const auto shown = masked_setting(key, value.text);
        require(masked_setting(key, shown) == shown, "what is masked stays masked");
    }
    try {
        (void)settings_environment(load_settings({}, nothing, path).texts);
    } catch (const Failure& failure) {
        require(failure.status() == ExitStatus::bad_config, "a bad value is bad configuration");
    }
    const auto back = read_settings_file(file_with(again));
    require(back.ok() && back->size() == texts->size(), "what is written is read alike");
    for (const auto& [key, value] : *texts)
        require(back->at(key).text == value.text, "each value is read alike");
}
