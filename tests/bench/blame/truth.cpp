// What is true in the simulated farm: how attempts end.
#include <algorithm>
#include <utility>

#include "farm.hpp"
#include "policy/common_cause.hpp"

namespace bench {

using buildd::policy::Asked;
using buildd::policy::CauseKind;
using buildd::policy::Shared;

int Farm::active(Kind kind) const {
    const auto& lasting = active_[static_cast<std::size_t>(kind)];
    return lasting.empty() ? -1 : lasting.front();
}

int Farm::active(Kind kind, int object) const {
    for (const int i : active_[static_cast<std::size_t>(kind)])
        if (faults_[static_cast<std::size_t>(i)].object == object) return i;
    return -1;
}

void Farm::begin_faults() {
    for (auto& lasting : active_)
        std::erase_if(lasting,
                      [&](int i) { return faults_[static_cast<std::size_t>(i)].to <= now_; });
    for (; begun_ < faults_.size() && faults_[begun_].from <= now_; ++begun_)
        begin(static_cast<int>(begun_));
}

void Farm::begin(int index) {
    Fault& fault = faults_[static_cast<std::size_t>(index)];
    const int group = builders_[static_cast<std::size_t>(fault.object) % builders_.size()].group;
    switch (fault.kind) {
        case Kind::file_gone:
            fault.object = add_job(group, Truth::good, index);
            break;
        case Kind::bad_package:
            add_job(group, Truth::bad_package, index);
            return;
        case Kind::fails_builders:
            add_job(group, Truth::fails_builders, index);
            return;
        case Kind::killer:
            add_job(group, Truth::kills, index);
            return;
        case Kind::blip:
            builders_[static_cast<std::size_t>(fault.object)].next_blip = index;
            return;
        case Kind::black_hole:
        case Kind::flaky:
        case Kind::wrong_verdicts:
        case Kind::dead:
            builders_[static_cast<std::size_t>(fault.object)].bad_until = fault.to + 6 * 3600;
            break;
        default:
            break;
    }
    active_[static_cast<std::size_t>(fault.kind)].push_back(index);
}

End Farm::plan(int builder, int job_index) {
    const Job& job = jobs_[static_cast<std::size_t>(job_index)];
    End end;
    end.builder = builder;
    end.job = job_index;
    end.began = now_;
    end.at = now_ + job.length;
    if (fails_before_build(end, job) || builder_fails(end) || job_fails(end, job)) return end;
    return end;
}

bool Farm::fails_before_build(End& end, const Job& job) const {
    const int librarian = active(Kind::librarian_down), gone = active(Kind::file_gone, end.job);
    end.not_fetched = librarian >= 0 || gone >= 0;
    if (end.not_fetched) {
        end.outcome = Outcome::UNSTARTED;
        end.asked = librarian >= 0 ? Asked::no_answer : Asked::gone;
        end.fault = librarian >= 0 ? librarian : gone;
        return true;
    }
    for (const int cause : {active(Kind::archive_down), active(Kind::chroot_bad, job.group),
                            active(Kind::owner_broken, job.owner)}) {
        if (cause < 0) continue;
        end.outcome = Outcome::CHROOTFAIL;
        end.at = now_ + 30;
        end.fault = cause;
        return true;
    }
    return false;
}

bool Farm::builder_fails(End& end) {
    Builder& builder = builders_[static_cast<std::size_t>(end.builder)];
    const int hole = active(Kind::black_hole, end.builder);
    const int flaky = active(Kind::flaky, end.builder);
    const int wrong = active(Kind::wrong_verdicts, end.builder);
    const Seconds some =
        60 + static_cast<Seconds>(random_.unit() * static_cast<double>(end.at - now_));
    if (const int blip = std::exchange(builder.next_blip, -1); blip >= 0) {
        end.outcome = Outcome::BUILDERFAIL;
        end.fault = blip;
    } else if (hole >= 0 || (wrong >= 0 && random_.chance(0.2))) {
        end.outcome = Outcome::PACKAGEFAIL;
        end.fault = std::max(hole, wrong);
    } else if ((flaky >= 0 && random_.chance(0.2)) || random_.chance(size_.blips)) {
        end.outcome = Outcome::BUILDERFAIL;
        end.fault = flaky;
    } else if (random_.chance(size_.blips)) {
        end.outcome = Outcome::CHROOTFAIL;
    } else {
        return false;
    }
    end.at = hole >= 0 || end.outcome == Outcome::CHROOTFAIL ? now_ + 30 : now_ + some;
    return true;
}

bool Farm::job_fails(End& end, const Job& job) {
    end.fault = job.fault;
    switch (job.truth) {
        case Truth::bad_package:
            end.outcome = Outcome::PACKAGEFAIL;
            return true;
        case Truth::fails_builders:
            end.outcome = Outcome::BUILDERFAIL;
            return true;
        case Truth::kills:
            builders_[static_cast<std::size_t>(end.builder)].asleep_until = now_ + 1800;
            end.outcome = Outcome::FORGOTTEN;
            return true;
        default:
            return false;
    }
}

std::vector<Shared> Farm::shared_by(const End& end) const {
    const Job& job = jobs_[static_cast<std::size_t>(end.job)];
    const auto key = [](int number) { return static_cast<std::uint64_t>(number); };
    std::vector<Shared> shared;
    shared.reserve(11);
    shared.assign(
        {{CauseKind::file, key(1000 + job.group)},
         {CauseKind::file, key(2000 + job.source)},
         {CauseKind::host, 1},
         {CauseKind::network, key(builders_[static_cast<std::size_t>(end.builder)].network)}});
    if (end.outcome == Outcome::SILENT) return {shared.back()};
    if (end.not_fetched) {
        shared.erase(shared.begin() + (end.asked == Asked::gone ? 0 : 1));
        return shared;
    }
    shared.insert(shared.end(), {{CauseKind::line, 1},
                                 {CauseKind::host, 2},
                                 {CauseKind::chroot, key(job.group)},
                                 {CauseKind::series, 1}});
    if (end.outcome == Outcome::CHROOTFAIL) shared.erase(shared.begin(), shared.begin() + 3);
    if (job.owner == 0) return shared;
    shared.insert(shared.end(), {{CauseKind::line, key(100 + job.owner)},
                                 {CauseKind::host, key(100 + job.owner)},
                                 {CauseKind::archive, key(job.owner)}});
    return shared;
}

}  // namespace bench
