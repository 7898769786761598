// scan, collect, dispatch, cycle.
#include <fmt/format.h>

#include "base/text.hpp"
#include "command.hpp"
#include "farm/pass.hpp"

namespace buildd::cmd {

namespace {

std::chrono::seconds wait_of(const Arguments& arguments) {
    const auto text = arguments.maybe("--wait");
    if (!text) return {};
    const auto wait = parse_duration(*text);
    if (!wait) throw Failure(ExitStatus::usage, "--wait: " + wait.error().message);
    return *wait;
}

Command pass_command(const std::string& name, const std::string& help, farm::Stages stages) {
    Command command;
    command.path = {name};
    command.help = help;
    command.arguments = {
        {"--wait", Argument::Kind::option, "Wait so long for another pass to end", "DURATION"},
        dry_run_flag};
    command.tells = Command::Tells::itself;
    command.run = [name, stages](Context& context, const Arguments& arguments) {
        farm::PassOrder order;
        order.command = name;
        order.stages = stages;
        order.dry_run = context.dry_run();
        order.wait = wait_of(arguments);
        order.print = [](const std::string& line) { fmt::print("{}\n", mask_passwords(line)); };
        return farm::run_pass(context.loaded(), order, context.stop_signals(), context.log());
    };
    return command;
}

}  // namespace

std::vector<Command> pass_commands() {
    return {
        pass_command("scan", "Check that the builders are healthy; rescue lost ones",
                     {true, false, false}),
        pass_command("collect", "Take in what running builds became", {false, true, false}),
        pass_command("dispatch", "Hand the best-scored builds to idle builders",
                     {false, false, true}),
        pass_command("cycle", "scan, collect and dispatch in one pass: the cron line",
                     {true, true, true}),
    };
}

}  // namespace buildd::cmd
