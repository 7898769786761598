#include "farm/uploads.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "farm/settle.hpp"
#include "policy/backoff.hpp"
#include "policy/examination.hpp"
#include "upload/take_in.hpp"
#include "upload/tries.hpp"

namespace buildd::farm {

namespace {

using std::chrono::system_clock;

// One connection and one start of a program for so many leaves; more would keep slots idle that
// could be at work on them.
constexpr std::size_t most_at_once = 16;

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
    const auto uploading = db::read_uploading(farm_.database, {{builds_.at(leaf), leaf}});
    return uploading.empty() ? leaf : uploading.front().build.title();
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

// All slots are to be at work.
std::size_t UploadKind::at_once(std::size_t due) const {
    if (!takes_several(farm_.settings())) return 1;
    const auto slots = static_cast<std::size_t>(this->slots());
    return std::clamp<std::size_t>((due + slots - 1) / slots, 1, most_at_once);
}

net::Task<> UploadKind::work_on(WorkHold& hold) {
    LockFds lock_fds;
    for (const auto& [name, lock] : hold.items) lock_fds[name] = lock.fd();
    auto leaves = read(lock_fds);
    std::erase_if(leaves, [&](const Held& leaf) {
        bool waits = false;
        guarded(leaf.uploading.leaf, [&] { waits = is_to_be_uploaded(leaf.uploading); });
        return !waits;
    });
    if (leaves.empty()) co_return;
    const auto left = co_await run_uploader(std::move(leaves), hold);
    for (const auto& leaf : left) hold.not_begun.push_back(leaf.uploading.leaf);
}

// As the database has them now. Another process may have settled one since the list was read: those
// that their builds no longer name are left out.
std::vector<UploadKind::Held> UploadKind::read(const LockFds& lock_fds) const {
    std::vector<db::WaitingLeaf> names;
    for (const auto& [leaf, fd] : lock_fds) names.push_back({builds_.at(leaf), leaf});
    std::vector<Held> found;
    guarded(names.front().leaf, [&] {
        for (auto& uploading : db::read_uploading(farm_.database, names)) {
            const int fd = lock_fds.at(uploading.leaf);
            found.push_back({std::move(uploading), fd});
        }
    });
    return found;
}

template <class Work>
void UploadKind::guarded(const std::string& leaf, Work&& work) const {
    try {
        work();
    } catch (const db::StatementError& error) {
        farm_.refused("upload " + leaf, error);
    }
}

// What an earlier process has left of it is settled.
bool UploadKind::is_to_be_uploaded(const db::UploadingBuild& uploading) {
    using State = supervise::Left::State;
    const std::string& leaf = uploading.leaf;
    const std::string folder = child_folder(farm_.settings().root, leaf);
    auto left = supervise::inspect(folder);
    if (left && left->state == State::running) {
        say_held(leaf);
        return false;
    }
    Result<void> over;
    if (!left)
        over = left.error();
    else if (left->state == State::orphan)
        over = supervise::end_orphan(folder);
    const auto end = left && left->end ? end_for(farm_, leaf, std::move(*left->end)) : std::nullopt;
    if (over && !end) over = supervise::forget(folder);
    if (!over) {
        farm_.needs_person("upload " + leaf, Level::ERROR,
                           fmt::format("{}: {}", uploading.build.title(), over.error().message));
        return false;
    }
    if (end) judge(uploading, *end);
    return !end && !is_done(uploading);
}

bool UploadKind::is_done(const db::UploadingBuild& uploading) {
    const auto waits = must_run(farm_, uploading);
    if (!waits)
        not_examined(uploading, waits.error().message, false);
    else if (!*waits)
        settle(farm_, uploading, {});
    return !waits || !*waits;
}

// Returns those that it did not come to.
net::Task<std::vector<UploadKind::Held>> UploadKind::run_uploader(std::vector<Held> leaves,
                                                                  const WorkHold& hold) {
    const std::string& root = farm_.settings().root;
    const std::string first = leaves.front().uploading.leaf;
    std::vector<db::UploadingBuild> uploading;
    LockFds lock_fds;
    supervise::ChildOrder order;
    for (const auto& leaf : leaves) {
        farm_.log.info("Uploading {} ({})", leaf.uploading.build.title(), leaf.uploading.leaf);
        lock_fds[leaf.uploading.leaf] = leaf.lock_fd;
        uploading.push_back(leaf.uploading);
        order.child_fds.push_back(leaf.lock_fd);
    }
    order.folder = child_folder(root, first);
    order.command = uploader_command(farm_, uploading, order.child_fds);
    order.temporary = temporary_folder(root, first);
    order.held_fds = hold.fds();
    const auto end = co_await supervise::run_supervised(farm_.loop, std::move(order));
    std::vector<Held> left;
    for (auto& leaf : read(lock_fds))
        if (const auto its = end_for(farm_, leaf.uploading.leaf, end))
            guarded(leaf.uploading.leaf, [&] { judge(leaf.uploading, *its); });
        else
            left.push_back(std::move(leaf));
    co_return left;
}

void UploadKind::judge(const db::UploadingBuild& uploading, const UploaderResult& end) {
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
        farm_.our_fault(noted.error().message);
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
