#include "cli.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <iostream>

#include "base/text.hpp"

namespace buildd::cmd {

namespace {

std::string dashes(std::string key) {
    std::replace(key.begin(), key.end(), '_', '-');
    return key;
}

// Where CLI11 puts what it reads, until it is known which command was called.
struct Slots {
    std::map<std::string, std::vector<std::string>> values;
    std::map<std::string, bool> flags;
};

void add_argument(CLI::App& app, const Argument& argument, Slots& slots) {
    using Kind = Argument::Kind;
    if (argument.kind == Kind::flag) {
        app.add_flag(argument.name, slots.flags[argument.name], argument.help);
        return;
    }
    auto* option = app.add_option(argument.name, slots.values[argument.name], argument.help);
    const bool repeated = argument.kind == Kind::repeated_positional;
    const bool positional = repeated || argument.kind == Kind::positional;
    option->type_name(positional ? "" : argument.value_name);
    option->required(argument.required || (positional && !argument.optional));
    option->expected(1, repeated || argument.kind == Kind::repeated_option ? -1 : 1);
    option->allow_extra_args(repeated);
}

class Parser {
 public:
    explicit Parser(const std::vector<Command>& commands)
        : app_("the master of a Debian-style package build farm", "buildd-master"),
          slots_(commands.size()) {
        app_.require_subcommand(1);
        app_.fallthrough();
        app_.set_version_flag("--version", std::string("buildd-master ") + BUILDD_VERSION);
        app_.set_help_all_flag("--help-all", "Help of all commands");
        app_.get_formatter()->column_width(36);
        app_.footer(
            "Every setting is an option too, e.g. --socket-timeout '10 s': see 'buildd-master "
            "config show' and buildd-master.conf(5).");
        add_settings();
        for (std::size_t i = 0; i < commands.size(); ++i) add_command(commands[i], slots_[i]);
    }

    // false: help or version was printed.
    bool parse(int argc, char** argv) {
        try {
            app_.parse(argc, argv);
        } catch (const CLI::CallForHelp&) {
            std::cout << app_.help();
            return false;
        } catch (const CLI::CallForAllHelp&) {
            std::cout << app_.help("", CLI::AppFormatMode::All);
            return false;
        } catch (const CLI::CallForVersion& version) {
            std::cout << version.what() << "\n";
            return false;
        } catch (const CLI::ParseError& error) {
            // A missing command is reported before the word that was meant to be one.
            const auto unknown = app_.remaining(true);
            const std::string what =
                unknown.empty() ? one_line(error.what())
                                : fmt::format("'{}' is not known here", one_line(unknown[0]));
            throw Failure(ExitStatus::usage,
                          fmt::format("{}; see '{} --help'", what, words_so_far()));
        }
        return true;
    }

    Invocation invocation(const std::vector<Command>& commands) {
        Invocation out;
        out.level = quiet_ ? Level::ERROR
                           : std::vector{Level::WARNING, Level::INFO,
                                         Level::DEBUG}[std::min<std::size_t>(verbosity_, 2)];
        if (!config_.empty()) out.config_file = config_;
        if (!log_file_.empty()) out.log_file = log_file_;
        for (const auto& [key, value] : settings_)
            if (app_.get_option("--" + dashes(key))->count() > 0) out.settings[key] = value;
        for (std::size_t i = 0; i < apps_.size(); ++i) {
            if (!apps_[i]->parsed()) continue;
            out.command = &commands[i];
            out.arguments = arguments_of(*apps_[i], slots_[i]);
        }
        return out;
    }

 private:
    void add_settings() {
        app_.add_option("--config", config_, "Configuration file (/etc/buildd-master.conf)")
            ->type_name("FILE");
        app_.add_option("--log-file", log_file_, "Append the log there too, with times")
            ->type_name("FILE");
        app_.add_flag("-v,--verbose", verbosity_, "Log INFO; twice: DEBUG");
        app_.add_flag("-q,--quiet", quiet_, "Log errors only");
        for (const auto& spec : setting_specs()) {
            std::string names = "--" + dashes(spec.key);
            if (spec.key.find('_') != std::string::npos) names += ",--" + spec.key;
            app_.add_option(names, settings_[spec.key], spec.help)
                ->type_name("VALUE")
                ->group("");  // not in --help: there are many, and the footer says where to look
        }
    }

    // {"builder", "add"} becomes a subcommand of a subcommand.
    void add_command(const Command& command, Slots& slots) {
        CLI::App* parent = &app_;
        for (std::size_t i = 0; i + 1 < command.path.size(); ++i) {
            CLI::App*& group = groups_[command.path[i]];
            if (group == nullptr) {
                group = parent->add_subcommand(command.path[i], group_help(command.path[i]));
                group->require_subcommand(1);
                group->fallthrough();
            }
            parent = group;
        }
        CLI::App* app = parent->add_subcommand(command.path.back(), command.help);
        app->fallthrough();
        for (const auto& argument : command.arguments) add_argument(*app, argument, slots);
        apps_.push_back(app);
    }

    static std::string group_help(const std::string& name) {
        static const std::map<std::string, std::string> texts{
            {"queue", "The queue of jobs"},
            {"builder", "The machines"},
            {"need", "What sources need of builders"},
            {"build", "Builds"},
            {"person", "People and teams"},
            {"series", "Series"},
            {"arch", "Architectures"},
            {"archive", "Archives"},
            {"chroot", "Chroots"},
            {"source", "Source packages"},
            {"db", "The database"},
            {"config", "The program's settings"}};
        const auto found = texts.find(name);
        return found == texts.end() ? "" : found->second;
    }

    // "buildd-master builder add", as far as the words were commands.
    std::string words_so_far() const {
        std::string words = "buildd-master";
        const CLI::App* app = &app_;
        for (auto next = app->get_subcommands(); !next.empty(); next = app->get_subcommands()) {
            app = next.front();
            words += " " + app->get_name();
        }
        return words;
    }

    static Arguments arguments_of(const CLI::App& app, const Slots& slots) {
        Arguments arguments;
        for (const auto& [name, values] : slots.values)
            if (app.get_option(name.substr(name.rfind(',') + 1))->count() > 0)
                arguments.values[name] = values;
        for (const auto& [name, set] : slots.flags)
            if (set) arguments.values[name] = {"true"};
        return arguments;
    }

    CLI::App app_;
    std::vector<Slots> slots_;  // one a command
    std::vector<CLI::App*> apps_;
    std::map<std::string, CLI::App*> groups_;
    std::map<std::string, std::string> settings_;
    std::string config_, log_file_;
    std::size_t verbosity_ = 0;
    bool quiet_ = false;
};

}  // namespace

std::optional<Invocation> parse_command_line(int argc, char** argv,
                                             const std::vector<Command>& commands) {
    Parser parser(commands);
    if (!parser.parse(argc, argv)) return std::nullopt;
    return parser.invocation(commands);
}

}  // namespace buildd::cmd
