// The configuration file: errors are one line that tells no password, values come back.
#include "base/settings.hpp"

#include "base/failure.hpp"
#include "fuzz.hpp"

using namespace buildd;
using fuzz::require;

namespace {

const auto nothing = [](const std::string&) -> std::optional<std::string> { return {}; };

void load(const SettingTexts& texts) {
    std::map<std::string, std::string> options;
    for (const auto& [key, value] : texts) options[key] = value.text;
    try {
        (void)settings_environment(load_settings(options, nothing, "/dev/null").texts);
    } catch (const Failure& failure) {
        require(failure.status() == ExitStatus::bad_config, "a bad value is bad configuration");
        require(fuzz::printable(failure.what()), "an error is one line");
    }
}

std::string written(const SettingTexts& texts) {
    std::string lines;
    for (const auto& [key, value] : texts) {
        require(value.text.find('\n') == std::string::npos, "a value is one line");
        lines += key + " = " + value.text + "\n";
        const auto shown = masked_setting(key, value.text);
        require(masked_setting(key, shown) == shown, "what is masked stays masked");
    }
    return lines;
}

}  // namespace

FUZZ_TARGET(bytes) {
    const auto texts = parse_settings(bytes, "file");
    if (!texts) {
        require(texts.error().message.starts_with("file, line "), "an error names its line");
        require(fuzz::printable(texts.error().message), "an error is one line");
        return;
    }
    if (texts->empty()) return;
    load(*texts);
    const auto back = parse_settings(written(*texts), "file");
    require(back.ok() && back->size() == texts->size(), "what is written is read alike");
    for (const auto& [key, value] : *texts)
        require(back->at(key).text == value.text, "each value is read alike");
}
