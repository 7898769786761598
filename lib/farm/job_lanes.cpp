#include "farm/job_lanes.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "policy/fit.hpp"

namespace buildd::farm {

namespace {

constexpr std::size_t page_growth = 4;

auto rank(const BuilderFacts& builder) {
    return std::tuple(builder.architecture_tag, builder.trusted,
                      policy::asking_order(builder.purpose));
}

}  // namespace

JobLanes::JobLanes(const std::vector<Wish*>& wishes) {
    std::map<decltype(rank(std::declval<BuilderFacts>())), std::vector<Wish*>> waiting;
    for (Wish* wish : wishes) waiting[rank(wish->builder)].push_back(wish);
    for (auto& [key, builders] : waiting) {
        const BuilderFacts& builder = builders.front()->builder;
        const db::JobGroup group{builder.architecture_tag, builder.trusted};
        lanes_.push_back({{group, builder.purpose, builders.size(), {}}, std::move(builders)});
    }
}

std::vector<db::PageWish> JobLanes::next_pages() {
    asked_.clear();
    std::vector<db::PageWish> pages;
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        if (lanes_[i].at_end || lanes_[i].waiting.empty()) continue;
        asked_.push_back(i);
        pages.push_back(lanes_[i].page);
    }
    return pages;
}

std::vector<db::MetJob> JobLanes::read(std::vector<db::MetJob> met) {
    std::vector<std::size_t> seen(asked_.size());
    for (const auto& [job, limits, wishes] : met)
        for (const std::size_t wish : wishes) {
            ++seen[wish];
            lanes_[asked_[wish]].page.after = {job.lastscore, job.created, job.id};
        }
    for (std::size_t i = 0; i < seen.size(); ++i) {
        Lane& lane = lanes_[asked_[i]];
        lane.at_end = seen[i] < lane.page.count;
        lane.page.count *= page_growth;
    }
    std::erase_if(met, [this](const db::MetJob& one) { return judged_.contains(one.job.id); });
    return met;
}

bool JobLanes::wanted(const db::MetJob& met) const {
    return std::ranges::any_of(
        met.wishes, [this](std::size_t wish) { return !lanes_[asked_[wish]].waiting.empty(); });
}

Wish* JobLanes::take(const db::MetJob& met) {
    for (const std::size_t wish : met.wishes) {
        auto& waiting = lanes_[asked_[wish]].waiting;
        const auto found = std::ranges::find_if(
            waiting, [&](const Wish* one) { return !policy::misfit(one->builder, met.job); });
        if (found == waiting.end()) continue;
        Wish* taker = *found;
        waiting.erase(found);
        judged_.insert(met.job.id);
        room_.take(met.job.build.archive, 1);
        return taker;
    }
    return nullptr;
}

bool JobLanes::is_limited(const db::MetJob& met) {
    const ArchiveFacts& archive = met.job.build.archive;
    if (room_.room(archive, met.limits, 1) > 0) return false;
    if (std::ranges::find(full_, archive.id) == full_.end()) full_.push_back(archive.id);
    return true;
}

}  // namespace buildd::farm
