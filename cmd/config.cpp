// config show, config check.
#include <fmt/format.h>

#include "command.hpp"
#include "db/database.hpp"
#include "show.hpp"

namespace buildd::cmd {

namespace {

ExitStatus config_show(Context& context, const Arguments&) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& spec : setting_specs()) {
        const SettingValue& value = context.loaded().texts.at(spec.key);
        rows.push_back({spec.key,
                        spec.key == "database" ? db::shown_conninfo(value.text)
                                               : masked_setting(spec.key, value.text),
                        value.origin});
    }
    print_table({"KEY", "VALUE", "FROM"}, rows);
    return ExitStatus::done;
}

// Loading has checked every value; what is left is whether the farm can be reached.
ExitStatus config_check(Context& context, const Arguments&) {
    context.librarian();
    print_line("the settings are sound, the database and the folders belong to one farm");
    return ExitStatus::done;
}

}  // namespace

std::vector<Command> config_commands() {
    return {
        {{"config", "show"}, "Each setting, and where its value came from", {}, config_show},
        {{"config", "check"}, "Check the settings, the database and the folders", {}, config_check},
    };
}

}  // namespace buildd::cmd
