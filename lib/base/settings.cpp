#include "base/settings.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fmt/format.h>

#include "base/failure.hpp"
#include "base/fd.hpp"
#include "base/files.hpp"
#include "base/nearest.hpp"
#include "base/text.hpp"

namespace buildd {

namespace {

constexpr const char* default_file = "/etc/buildd-master.conf";
constexpr std::size_t max_file = 1U << 20;  // bytes
constexpr std::array kept_from_uploaders{"librarian_user", "librarian_password", "smtp_url"};

bool is_kept_from_uploaders(std::string_view key) {
    return std::find(kept_from_uploaders.begin(), kept_from_uploaders.end(), key) !=
           kept_from_uploaders.end();
}

const SettingSpec* find_spec(const std::string& key) {
    const auto& specs = setting_specs();
    const auto found =
        std::find_if(specs.begin(), specs.end(), [&](const auto& s) { return s.key == key; });
    return found == specs.end() ? nullptr : &*found;
}

Error unknown_setting(const std::string& where, const std::string& key) {
    std::vector<std::string> known;
    for (const auto& spec : setting_specs()) known.push_back(spec.key);
    const auto meant = nearest(key, known);
    return {fmt::format("{}: there is no setting '{}'{}", where, one_line(key),
                        meant ? fmt::format("; did you mean '{}'?", *meant) : "")};
}

Result<void> take_line(SettingTexts& texts, std::string_view line, const std::string& where) {
    line = trim(line);
    if (line.empty() || line.front() == '#') return {};
    const auto equals = line.find('=');
    if (equals == std::string_view::npos)
        return Error{fmt::format("{} is not of the form key = value", where)};
    const std::string key(trim(line.substr(0, equals)));
    if (find_spec(key) == nullptr) return unknown_setting(where, key);
    if (texts.contains(key))
        return Error{fmt::format("{}: '{}' already stands in {}", where, key, texts[key].origin)};
    texts[key] = {std::string(trim(line.substr(equals + 1))), where};
    return {};
}

SettingTexts file_texts(const std::optional<std::string>& file) {
    const std::string path = file.value_or(default_file);
    if (!file && !exists(path)) return {};
    const auto content = read_file(path, max_file);
    if (!content) throw Failure(ExitStatus::bad_config, content.error().message);
    auto texts = parse_settings(*content, path);
    if (!texts) throw Failure(ExitStatus::bad_config, texts.error().message);
    return std::move(*texts);
}

void apply(Settings& settings, const SettingSpec& spec, const SettingValue& value) {
    const auto set = spec.set(settings, value.text);
    if (set) return;
    throw Failure(ExitStatus::bad_config, fmt::format("{}: {}: {}", place_of(spec.key, value),
                                                      spec.key, one_line(set.error().message)));
}

}  // namespace

std::string environment_name(std::string_view key) {
    std::string name = "BUILDD_MASTER_";
    for (const char c : key) name += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return name;
}

std::string place_of(const std::string& key, const SettingValue& value) {
    if (value.origin == "environment") return environment_name(key);
    return value.origin == "option" ? "option --" + key : value.origin;
}

std::string SettingProblem::text() const {
    return fmt::format("{}: {}: {}", where, key, one_line(sentence));
}

const SettingProblem* LoadedSettings::stopped(const std::string& key) const {
    const auto found = std::find_if(problems.begin(), problems.end(), [&](const auto& problem) {
        return problem.key == key && problem.stops != SettingProblem::Stops::nothing;
    });
    return found == problems.end() ? nullptr : &*found;
}

Result<SettingTexts> parse_settings(std::string_view text, const std::string& file) {
    SettingTexts texts;
    int number = 0;
    for (const auto& line : split(text, '\n')) {
        const std::string where = fmt::format("{}, line {}", file, ++number);
        if (auto taken = take_line(texts, line, where); !taken) return taken.error();
    }
    return texts;
}

LoadedSettings load_settings(
    const std::map<std::string, std::string>& options,
    const std::function<std::optional<std::string>(const std::string&)>& environment,
    const std::optional<std::string>& file) {
    const SettingTexts from_file = file_texts(file);
    LoadedSettings loaded;
    for (const auto& spec : setting_specs()) {
        SettingValue value{spec.fallback, "default"};
        const auto variable = environment(environment_name(spec.key));
        if (const auto option = options.find(spec.key); option != options.end())
            value = {option->second, "option"};
        else if (variable)
            value = {*variable, "environment"};
        else if (const auto line = from_file.find(spec.key); line != from_file.end())
            value = line->second;
        apply(loaded.settings, spec, value);
        loaded.texts[spec.key] = std::move(value);
    }
    auto& settings = loaded.settings;
    if (settings.librarian_root.empty()) settings.librarian_root = settings.root + "/librarian";
    if (settings.lockfile.empty()) settings.lockfile = settings.root + "/pass.lock";
    return loaded;
}

std::vector<std::string> settings_environment(const SettingTexts& texts) {
    std::vector<std::string> out;
    for (const auto& [key, value] : texts)
        if (value.origin != "default" && !is_kept_from_uploaders(key))
            out.push_back(fmt::format("{}={}", environment_name(key), value.text));
    return out;
}

std::vector<std::string> secrets_kept_from_uploaders() {
    std::vector<std::string> names;
    for (const char* key : kept_from_uploaders) names.push_back(environment_name(key));
    return names;
}

std::vector<std::string> secrets_kept_from_others() {
    auto names = secrets_kept_from_uploaders();
    names.insert(names.end(), {environment_name("database"), "PGPASSWORD"});
    return names;
}

std::string masked_setting(const std::string& key, const std::string& text) {
    return key == "librarian_password" && !text.empty() ? "***" : mask_passwords(text);
}

}  // namespace buildd
