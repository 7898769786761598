#include "farm/uploads.hpp"

#include <algorithm>
#include <csignal>

#include "base/files.hpp"
#include "base/text.hpp"
#include "farm/settle.hpp"
#include "policy/backoff.hpp"
#include "policy/examination.hpp"
#include "policy/pockets.hpp"
#include "upload/take_in.hpp"
#include "upload/tries.hpp"

namespace buildd::farm {

namespace {

using std::chrono::system_clock;

constexpr std::chrono::seconds publish_wind_down{30};
using supervise::ChildEnd;

// `<uploader…> --log-file L -d D -s S -b ID -J LEAF ROOT`
net::Command uploader_command(const Farm& farm, const db::UploadingBuild& uploading, int lock_fd) {
    const Settings& settings = farm.settings();
    net::Command command;
    command.arguments = settings.uploader;
    if (command.arguments.empty()) {
        command.program = "/proc/self/exe";
        command.arguments = {"buildd-master", "process-upload"};
    }
    const TargetFacts& target = uploading.build.target;
    const std::string leaf = place(settings, incoming_folder, uploading.leaf);
    for (const auto& word : {std::string("--log-file"), leaf + "/uploader.log", std::string("-d"),
                             target.distribution, std::string("-s"), policy::suite_name(target),
                             std::string("-b"), std::to_string(uploading.build.id.value),
                             std::string("-J"), uploading.leaf, settings.root})
        command.arguments.push_back(word);
    command.environment = settings_environment(farm.loaded.texts);
    command.environment.push_back(fmt::format("{}={}", lock_fd_variable, lock_fd));
    // The publish_command that it runs has as much time, and ends first.
    const bool publishes = settings.uploader.empty() && !settings.publish_command.empty();
    command.timeout = settings.uploader_timeout;
    if (publishes) command.timeout += settings.uploader_timeout + publish_wind_down;
    return command;
}

policy::UploaderExit exit_of(const Farm& farm, const Result<ChildEnd>& end) {
    policy::UploaderExit how;
    how.own = farm.settings().uploader.empty();
    how.started = end.ok();
    if (!end) return how;
    how.exit_code = end->end.exit_code;
    how.killed = end->end.timed_out || end->end.signal != 0;
    return how;
}

// The out-of-memory killer, a reboot and an admin end it by SIGKILL and SIGTERM: no leaf does.
bool ended_by_its_leaf(const policy::UploaderExit& how, const Result<ChildEnd>& end) {
    const int signal = end ? end->end.signal : 0;
    const bool crashed = signal != 0 && signal != SIGKILL && signal != SIGTERM;
    return how.own && end && (end->end.timed_out || crashed);
}

// Ours only moves the leaf of a build that is FULLYBUILT: it died right after its COMMIT.
Result<bool> must_run(const Farm& farm, const db::UploadingBuild& uploading) {
    const bool unfinished =
        uploading.build.state == BuildState::UPLOADING || farm.settings().uploader.empty();
    if (!unfinished) return false;
    return finds_folder(place(farm.settings(), incoming_folder, uploading.leaf));
}

// Why the results were not examined, in one line: the program's own uploader says it last.
std::string why_not(const Farm& farm, const Result<ChildEnd>& end) {
    if (!end) return end.error().message;
    const auto lines = split(std::string(trim(end->output)), '\n');
    const std::string last = one_line(trim(lines.back()));
    const bool says = farm.settings().uploader.empty() && end->end.exit_code != 0 && !last.empty();
    return says ? last : "the uploader ended with " + end->end.text();
}

}  // namespace

std::vector<std::string> UploadKind::waiting() {
    std::vector<std::string> due;
    const auto now = system_clock::now();
    for (const auto& [build, leaf] : db::waiting_leaves(farm_.database)) {
        builds_[leaf] = build;
        const auto tries = read_tries(child_folder(farm_.settings().root, leaf));
        if (policy::upload_is_due(tries, now))
            due.push_back(leaf);
        else if (policy::needs_person(tries, now) && !std::exchange(overdue_[leaf], true))
            say_overdue(leaf, tries);
    }
    return due;
}

std::string UploadKind::title(const std::string& leaf) const {
    const auto uploading = db::read_uploading(farm_.database, builds_.at(leaf), leaf);
    return uploading ? uploading->build.title() : leaf;
}

std::string UploadKind::describe(const std::string& leaf) const {
    return "upload " + title(leaf);
}

bool UploadKind::is_awaited(const std::string& leaf) const {
    const auto& gathered = farm_.report.leaves;
    return std::find(gathered.begin(), gathered.end(), leaf) != gathered.end();
}

void UploadKind::say_held(const std::string& leaf) const {
    farm_.log.info("{} is still being uploaded by another process", title(leaf));
}

// Another process may have settled it since the list was read.
net::Task<> UploadKind::work_on(std::string leaf, const ItemHold& hold) {
    try {
        const auto uploading = db::read_uploading(farm_.database, builds_.at(leaf), leaf);
        if (uploading) co_await attend(*uploading, hold);
    } catch (const db::StatementError& error) {
        farm_.refused("upload " + leaf, error);
    }
}

net::Task<> UploadKind::attend(const db::UploadingBuild& uploading, const ItemHold& hold) {
    using State = supervise::Left::State;
    const std::string folder = child_folder(farm_.settings().root, uploading.leaf);
    auto left = supervise::inspect(folder);
    if (left && left->state == State::running) {
        say_held(uploading.leaf);
        co_return;
    }
    if (left && left->state == State::orphan) {
        const auto ended = supervise::end_orphan(folder);
        if (!ended) left = ended.error();
    }
    if (!left) {
        farm_.needs_person("upload " + uploading.leaf, Level::ERROR,
                           fmt::format("{}: {}", uploading.build.title(), left.error().message));
        co_return;
    }
    if (left->end)
        judge(uploading, std::move(*left->end));
    else
        co_await run_uploader(uploading, hold);
}

net::Task<> UploadKind::run_uploader(const db::UploadingBuild& uploading, const ItemHold& hold) {
    const Settings& settings = farm_.settings();
    const auto waits = must_run(farm_, uploading);
    if (!waits) {
        not_examined(uploading, waits.error().message, false);
        co_return;
    }
    if (!*waits) {
        settle(farm_, uploading, {});
        co_return;
    }
    farm_.log.info("Uploading {} ({})", uploading.build.title(), uploading.leaf);
    supervise::ChildOrder order;
    order.folder = child_folder(settings.root, uploading.leaf);
    order.command = uploader_command(farm_, uploading, hold.lock.fd());
    order.temporary = temporary_folder(settings.root, uploading.leaf);
    order.held_fds = {hold.lock.fd(), hold.slot.fd()};
    order.child_fd = hold.lock.fd();
    auto end = co_await supervise::run_supervised(farm_.loop, std::move(order));
    judge(uploading, end);
}

void UploadKind::judge(const db::UploadingBuild& uploading, const Result<ChildEnd>& end) {
    using policy::Examination;
    const auto how = exit_of(farm_, end);
    const Examination examination = policy::examination(how);
    if (examination == Examination::not_examined)
        return not_examined(uploading, why_not(farm_, end), ended_by_its_leaf(how, end));
    UploaderEnd said;
    if (!end->end.succeeded()) said.problem = end->end.text();
    said.output = end->output;
    said.admins_alone = examination == Examination::given_up;
    if (how.own && end->end.succeeded()) note_good_upload(farm_.settings().root);
    settle(farm_, uploading, said);
}

// The build stays as it is, and its leaf where it lies.
void UploadKind::not_examined(const db::UploadingBuild& uploading, const std::string& why,
                              bool killed) {
    const std::string& root = farm_.settings().root;
    const std::string folder = child_folder(root, uploading.leaf);
    const auto now = system_clock::now();
    const auto tries = policy::one_more(read_tries(folder), now, killed, why);
    if (policy::kills_readers(tries, last_good_upload(root))) {
        UploaderEnd said;
        said.detail =
            fmt::format("It ended its reader three times while others were taken in: {}", why);
        return settle(farm_, uploading, said);
    }
    auto noted = write_tries(folder, tries);
    if (noted) noted = supervise::forget(folder);
    if (!noted) {  // no backoff then, and still no verdict
        farm_.log.error("{}", noted.error().message);
        farm_.report.unavailable = true;
    }
    if (policy::needs_person(tries, now)) return say_overdue(uploading.leaf, tries);
    farm_.log.info("{} was not examined, tried again in {}: {}", uploading.build.title(),
                   show_duration(policy::upload_backoff(tries.tries)), why);
}

void UploadKind::say_overdue(const std::string& leaf, const policy::UploadTries& tries) {
    const auto since = std::chrono::floor<std::chrono::seconds>(system_clock::now() - tries.first);
    overdue_[leaf] = true;
    farm_.needs_person("upload " + leaf, Level::ERROR,
                       fmt::format("{} could not be examined for {} ({} tries) and stays as it is: "
                                   "{}",
                                   title(leaf), show_duration(since), tries.tries, tries.reason));
}

}  // namespace buildd::farm
