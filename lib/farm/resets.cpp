#include "farm/resets.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "db/passes.hpp"
#include "db/snapshot.hpp"
#include "farm/reset_job.hpp"
#include "policy/reset.hpp"
#include "upload/take_in.hpp"

namespace buildd::farm {

namespace {

std::string item_of(BuilderId builder) {
    return fmt::format("reset-{}", builder.value);
}

bool is_being_reset(const Settings& settings, const BuilderFacts& builder) {
    return builder.clean_status == CleanStatus::CLEANING &&
           LockFile::is_held(leaf_lock_path(settings.root, item_of(builder.id)));
}

}  // namespace

void leave_to_resets(const Farm& farm, std::deque<BuilderFacts>& builders) {
    std::erase_if(builders, [&](const BuilderFacts& builder) {
        const bool waits = policy::waits_for_reset(builder, farm.reset_rules());
        return waits || (!builder.job && is_being_reset(farm.settings(), builder));
    });
}

std::vector<std::string> ResetKind::waiting() {
    std::vector<std::string> items;
    const bool wrong = farm_.loaded.stopped("vm_resume_command") != nullptr;  // as was said
    if (stopped_ || wrong || !farm_.reset_rules().has_command) return items;
    const auto builders = db::read_untrusted_builders(farm_.database);
    const policy::ResetPlan plan = policy::plan_resets(builders, farm_.reset_rules());
    say_who_is_held_back(plan.held_back);
    for (const BuilderFacts* builder : plan.due) {
        items.push_back(item_of(builder->id));
        names_[items.back()] = builder->name;
    }
    return items;
}

void ResetKind::say_who_is_held_back(std::size_t count) {
    if (std::exchange(held_back_, count) == count || count == 0) return;
    const std::string line = fmt::format(
        "Silent and not reset, since so many fell silent together that it may be the "
        "network: {}",
        counted(static_cast<std::int64_t>(count), "untrusted builder"));
    const bool loud = farm_.dry_run || db::notice_due(farm_.database, {"silent together", line});
    farm_.log.write(loud ? Level::WARNING : Level::INFO, line);
}

std::string ResetKind::describe(const std::string& item) const {
    const auto name = names_.find(item);
    return fmt::format("reset the host of '{}'", name == names_.end() ? item : name->second);
}

bool ResetKind::is_awaited(const std::string& item) const {
    return awaited_ && running_.contains(item);
}

void ResetKind::say_held(const std::string& item) const {
    farm_.log.debug("Another process does this: {}", describe(item));
}

net::Task<> ResetKind::work_on(WorkHold& hold) {
    const std::string& item = hold.items.front().name;
    running_.insert(item);
    try {
        co_await reset(item, hold);
    } catch (const db::StatementError& error) {  // its row, not the session
        farm_.refused(describe(item), error);
    }
    running_.erase(item);
}

net::Task<> ResetKind::reset(std::string item, const WorkHold& hold) {
    auto builders = db::read_untrusted_builders(farm_.database);
    const auto plan = policy::plan_resets(builders, farm_.reset_rules());
    const auto known = std::find_if(builders.begin(), builders.end(),
                                    [&](const auto& one) { return item_of(one.id) == item; });
    if (stopped_ || known == builders.end() ||
        std::find(plan.due.begin(), plan.due.end(), &*known) == plan.due.end())
        co_return;
    const std::string name = known->name;
    ResetJob job(farm_, std::move(*known), hold, child_folder(farm_.settings().root, item));
    auto end = co_await job.run();
    stopped_ = stopped_ || end == ResetJob::End::ours;
    if (end == ResetJob::End::clean) cleaned_(name);
}

}  // namespace buildd::farm
