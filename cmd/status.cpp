// status: the farm on one screen.
#include "db/status.hpp"

#include <fmt/format.h>

#include "command.hpp"
#include "show.hpp"

namespace buildd::cmd {

namespace {

using Rows = std::vector<std::vector<std::string>>;

void print_section(const std::vector<std::string>& headings, const Rows& rows) {
    if (rows.empty()) return;
    print_table(headings, rows);
    print_line("");
}

ExitStatus show_status(Context& context, const Arguments&) {
    const db::FarmStatus status = db::read_status(context.database());
    const auto text = [](std::int64_t number) { return fmt::format("{}", number); };
    Rows builders, queue, results, troubles;
    for (const auto& b : status.builders)
        builders.push_back({b.tag, text(b.idle), text(b.building), text(b.manual), text(b.failed),
                            text(b.disabled)});
    for (const auto& q : status.queue)
        queue.push_back({q.tag, q.trusted ? "trusted" : "untrusted", text(q.pending),
                         text(q.running), q.oldest});
    for (const auto& r : status.results) results.push_back({r.when, r.state, r.title, r.builder});
    for (const auto& t : status.troubles) troubles.push_back({t.builder, t.notes});
    print_section({"BUILDERS", "idle", "building", "manual", "failed", "disabled"}, builders);
    print_section({"QUEUE", "", "pending", "running", "oldest pending"}, queue);
    print_section({"LAST RESULTS", "state", "build", "builder"}, results);
    print_section({"NOT IN USE", "why"}, troubles);
    print_line(fmt::format("{} uploading, {} mails unsent", status.uploading, status.unsent_mail));
    print_line("last pass: " + (status.last_pass.empty() ? "none yet" : status.last_pass));
    return ExitStatus::done;
}

}  // namespace

std::vector<Command> status_commands() {
    return {{{"status"}, "The farm on one screen", {}, show_status}};
}

}  // namespace buildd::cmd
