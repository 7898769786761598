// queue build, queue list.
#include "command.hpp"
#include "db/queue_build.hpp"
#include "farm/locks.hpp"
#include "farm/queue_build.hpp"
#include "show.hpp"

namespace buildd::cmd {

namespace {

constexpr int shown_jobs = 1000;

ExitStatus queue_build(Context& context, const Arguments&) {
    db::Database& database = context.database();
    const StopSignals signals;
    const farm::LockWish wish{db::FarmLock::queue, "queue build", {}};
    const auto lock = farm::take_lock(context.settings(), database, wish, signals, context.log());
    if (!lock) return ExitStatus::busy;
    farm::build_queue(database, context.log());
    return ExitStatus::done;
}

ExitStatus queue_list(Context& context, const Arguments&) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& job : db::list_queue(context.database(), shown_jobs))
        rows.push_back({job.build, job.score, job.state, job.builder, job.created, job.title});
    print_table({"BUILD", "SCORE", "STATE", "BUILDER", "CREATED", "TITLE"}, rows);
    return ExitStatus::done;
}

}  // namespace

std::vector<Command> queue_commands() {
    return {
        {{"queue", "build"},
         "Make missing builds and jobs, retry dependency waits, score the queue",
         {},
         queue_build},
        {{"queue", "list"}, "Pending and running jobs, best first", {}, queue_list},
    };
}

}  // namespace buildd::cmd
