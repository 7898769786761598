#include "farm/claim_desk.hpp"

#include "base/text.hpp"
#include "db/places.hpp"
#include "policy/dispatch.hpp"
#include "policy/why_words.hpp"

namespace buildd::farm {

namespace {

constexpr net::Milliseconds patience{200};
constexpr int max_rounds = 3;

}  // namespace

void ClaimDesk::Seat::leave() {
    ClaimDesk* desk = std::exchange(desk_, nullptr);
    if (desk == nullptr) return;
    --desk->expected_;
    desk->serve_if_complete();
}

void ClaimDesk::read_claims(const std::deque<BuilderFacts>& builders) {
    std::vector<JobId> jobs;
    for (const auto& builder : builders)
        if (policy::start_under_way(builder) &&
            std::holds_alternative<policy::GoOnWithStart>(
                policy::decide_start(builder, farm_.start_rules(), true)))
            jobs.push_back(builder.job->id);
    if (!jobs.empty())
        farm_.guarded("Starts under way could not be read", [&] { read_claims_of(jobs); });
}

void ClaimDesk::read_claims_of(const std::vector<JobId>& jobs) {
    if (!farm_.dry_run) db::go_on_with_starts(farm_.database, jobs);
    std::vector<PendingJob*> pending;
    for (auto& claim : db::read_claimed(farm_.database, jobs))
        pending.push_back(&claims_.emplace(claim.job.id, std::move(claim)).first->second.job);
    db::read_source_files(farm_.database, pending);
    db::read_places(farm_.database, pending);
}

std::optional<ClaimedJob> ClaimDesk::take_claim(JobId job) {
    auto node = claims_.extract(job);
    if (node.empty()) return std::nullopt;
    return std::move(node.mapped());
}

net::Task<std::optional<PendingJob>> ClaimDesk::claim(Seat& seat, const BuilderFacts& builder) {
    Wish wish(farm_.loop, builder);
    waiting_.push_back(&wish);
    if (!scheduled_) {
        scheduled_ = true;
        farm_.loop.add_timer(farm_.loop.now() + patience, [this] { serve(); });
    }
    seat.leave();
    co_await wish.answered;
    co_return std::move(wish.job);
}

// From the loop, not from the flow that happens to come last.
void ClaimDesk::serve_if_complete() {
    if (expected_ == 0 && !waiting_.empty())
        farm_.loop.add_timer(farm_.loop.now(), [this] { serve(); });
}

void ClaimDesk::serve() {
    scheduled_ = false;
    const std::vector<Wish*> wishes = std::exchange(waiting_, {});
    if (wishes.empty()) return;
    farm_.guarded("No job could be claimed", [&] { give_jobs(wishes); });
    farm_.guarded("What is denied could not be noted", [&] { tell_denied(); });
    for (Wish* wish : wishes) wish->answered.set();
}

// Those whose job somebody holds, or has taken meanwhile, choose again: its row costs nobody else.
void ClaimDesk::give_jobs(std::vector<Wish*> wishes) {
    refused_.clear();
    for (int round = 0; round < max_rounds && !wishes.empty(); ++round) {
        std::vector<Choice> choices = choose(wishes);
        claim_chosen(choices);
        if (farm_.dry_run) return;
        wishes.clear();
        for (const auto& choice : choices) {
            if (choice.wish->job) continue;
            wishes.push_back(choice.wish);
            refused_.insert(choice.job.id);
        }
    }
}

// Pages through each lane's queue until its builders have a job or it is at its end.
std::vector<ClaimDesk::Choice> ClaimDesk::choose(const std::vector<Wish*>& wishes) {
    std::vector<Choice> choices;
    JobLanes lanes(wishes);
    for (auto pages = lanes.next_pages(); !pages.empty(); pages = lanes.next_pages())
        for (auto& met : lanes.read(db::read_pending(farm_.database, pages, lanes.full()))) {
            if (!lanes.wanted(met) || lanes.is_limited(met)) continue;
            if (!startable(met.job))
                lanes.leave_out(met.job.id);
            else if (Wish* wish = lanes.take(met))
                choices.push_back({wish, std::move(met.job)});
        }
    return choices;
}

bool ClaimDesk::startable(const PendingJob& job) {
    if (refused_.contains(job.id)) return false;
    const BuildFacts& build = job.build;
    switch (policy::dispatchable(job, farm_.settings().build_security)) {
        case policy::Dispatchable::start:
            return true;
        case policy::Dispatchable::superseded:
            supersede(job, "its source is no longer published");
            return false;
        case policy::Dispatchable::made:
            supersede(job, policy::made_words(*job.made_by));
            return false;
        case policy::Dispatchable::for_person:
            farm_.log.debug("{} waits for a person: it was given back again and again",
                            build.title());
            return false;
        case policy::Dispatchable::security:
            farm_.log.debug("{} waits: build_security is off", build.title());
            return false;
        case policy::Dispatchable::no_chroot:
            farm_.log.debug("{} waits: there is no chroot", build.title());
            return false;
        case policy::Dispatchable::denied:
            if (told_.insert(build.id).second) denied_.push_back(build);
            return false;
    }
    return false;
}

// However many there are, in two lines and two statements: they wait until a person acts.
void ClaimDesk::tell_denied() {
    if (denied_.empty()) return;
    const auto denied = std::exchange(denied_, {});
    const BuildFacts& build = denied.front();
    farm_.needs_person(fmt::format("denied {}", build.id.value), Level::CRITICAL,
                       fmt::format("{} ({}) can not be built for pocket {}: invalid pocket due to "
                                   "the series status of {}.",
                                   build.title(), build.id.value, label(build.target.pocket),
                                   build.target.series));
    if (denied.size() == 1) return;
    farm_.needs_person(
        "denied, more", Level::CRITICAL,
        fmt::format(
            "{} than that can not be built for their pockets: see 'buildd-master queue why'",
            counted(static_cast<std::int64_t>(denied.size()) - 1, "more build")));
}

void ClaimDesk::supersede(const PendingJob& job, const std::string& why) {
    if (farm_.only_says("make {} SUPERSEDED", job.build.title())) return;
    if (db::supersede(farm_.database, job))
        farm_.log.info("{} is SUPERSEDED: {}", job.build.title(), why);
}

void ClaimDesk::claim_chosen(std::vector<Choice>& choices) {
    std::vector<PendingJob*> jobs;
    std::vector<db::Claim> claims;
    for (auto& choice : choices) {
        if (farm_.only_says("start {} on '{}'", choice.job.build.title(),
                            choice.wish->builder.name))
            continue;
        jobs.push_back(&choice.job);
        claims.push_back({choice.job.id, choice.wish->builder.id});
    }
    if (claims.empty()) return;
    db::read_source_files(farm_.database, jobs);
    db::read_places(farm_.database, jobs);
    for (const auto& claimed :
         db::claim(farm_.database, claims, farm_.settings().untrusted_without_reset)) {
        for (auto& choice : choices) {
            if (choice.job.id != claimed.old_id) continue;
            choice.job.id = claimed.job;
            choice.wish->job = std::move(choice.job);
            break;
        }
    }
}

}  // namespace buildd::farm
