// scan, collect, dispatch, cycle, work.
#include <fmt/format.h>

#include "base/text.hpp"
#include "command.hpp"
#include "farm/pass.hpp"
#include "farm/work_run.hpp"

namespace buildd::cmd {

namespace {

const Argument no_work_flag{"--no-work", Argument::Kind::flag,
                            "Leave resets, uploads and mails to 'work'"};

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
    if (stages.collect || stages.dispatch) command.arguments.push_back(no_work_flag);
    command.run = [name, stages](Context& context, const Arguments& arguments) {
        farm::PassOrder order;
        order.command = name;
        order.stages = stages;
        order.dry_run = context.dry_run();
        order.no_work = arguments.has(no_work_flag.name);
        order.wait = wait_of(arguments);
        order.print = [](const std::string& line) { fmt::print("{}\n", mask_passwords(line)); };
        return farm::run_pass(context.loaded(), order, context.stop_signals(), context.log());
    };
    return command;
}

Command work_command() {
    Command command;
    command.path = {"work"};
    command.help = "Do what takes long: resets, uploads and mails, as long as there are any";
    command.arguments = {dry_run_flag};
    command.tells = Command::Tells::itself;
    command.run = [](Context& context, const Arguments&) {
        farm::WorkOrder order;
        order.dry_run = context.dry_run();
        order.print = [](const std::string& line) { fmt::print("{}\n", mask_passwords(line)); };
        return farm::run_work(context.loaded(), order, context.stop_signals(), context.log());
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
        work_command(),
    };
}

}  // namespace buildd::cmd
