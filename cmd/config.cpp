// config show, config check.
#include <fmt/format.h>

#include "command.hpp"
#include "db/database.hpp"
#include "farm/settings_check.hpp"
#include "show.hpp"

namespace buildd::cmd {

namespace {

struct ShownSetting {
    std::string key, value, origin;
};

Record record_of(const ShownSetting& setting) {
    return {{"key", "KEY", setting.key},
            {"value", "VALUE", setting.value},
            {"from", "FROM", setting.origin}};
}

ExitStatus config_show(Context& context, const Arguments& arguments) {
    std::vector<ShownSetting> settings;
    for (const auto& spec : setting_specs()) {
        const SettingValue& value = context.loaded().texts.at(spec.key);
        settings.push_back({spec.key,
                            spec.key == "database" ? db::shown_conninfo(value.text)
                                                   : masked_setting(spec.key, value.text),
                            value.origin});
    }
    show_list(arguments, table_of("settings", settings, record_of));
    return ExitStatus::done;
}

// Loading has read every value; what is left is whether all of it can work.
ExitStatus config_check(Context& context, const Arguments&) {
    context.open_folders();
    const auto problems = farm::check_settings(context.loaded());
    for (const auto& problem : problems) context.log().error("{}", problem.text());
    if (!problems.empty()) return ExitStatus::bad_config;
    print_line("the settings are sound, the database and the folders belong to one farm");
    return ExitStatus::done;
}

}  // namespace

std::vector<Command> config_commands() {
    return {
        {{"config", "show"},
         "Each setting, and where its value came from",
         {json_flag},
         config_show},
        {{"config", "check"},
         "Check the settings, the database and the folders",
         {},
         config_check,
         Command::Tells::itself},
    };
}

}  // namespace buildd::cmd
