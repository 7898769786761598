// Who was blamed rightly in the simulated farm.
#include <algorithm>

#include "farm.hpp"

namespace bench {

void Farm::count_idle() {
    bool common = false;
    for (std::size_t kind = 0; kind < kinds; ++kind)
        common = common || (is_common(static_cast<Kind>(kind)) && !active_[kind].empty());
    if (!common) return;
    for (const auto& lasting : active_)
        for (const int i : lasting) {
            Fault& fault = faults_[static_cast<std::size_t>(i)];
            if (fault.first_word >= 0 && !fault.blamed) fault.idle += step;
        }
}

void Farm::watch_off() {
    for (int i = 0; i < size_.builders; ++i) {
        Builder& builder = builders_[static_cast<std::size_t>(i)];
        const bool off = builder.for_person || builder.rests_until > now_;
        if (off) found_off(i);
        if (!off || builder.bad_until > now_) {
            builder.off_since = -1;
            continue;
        }
        if (builder.off_since < 0) {
            builder.off_since = now_;
            builder.off_fault = builder.last_bad == now_ ? builder.last_fault : -1;
        }
        off_ += step;
        longest_off_ = std::max(longest_off_, now_ - builder.off_since);
        if (now_ - builder.off_since >= 600 && builder.off_fault >= 0)
            faults_[static_cast<std::size_t>(builder.off_fault)].off = true;
    }
}

void Farm::found_off(int builder) {
    for (const Kind kind : {Kind::black_hole, Kind::flaky, Kind::wrong_verdicts}) {
        const int index = active(kind, builder);
        if (index < 0) continue;
        Fault& fault = faults_[static_cast<std::size_t>(index)];
        if (fault.blamed) continue;
        fault.blamed = true;
        fault.blamed_at = now_;
    }
}

void Farm::judge_jobs() {
    for (const auto& job : jobs_) {
        const bool failed = job.state == Job::State::failed;
        const bool lost = failed || job.state == Job::State::chroot_wait;
        if (job.truth == Truth::good && lost) {
            ++good_lost_;
            if (job.last_fault >= 0) ++faults_[static_cast<std::size_t>(job.last_fault)].lost;
        } else if (job.fault >= 0 && failed) {
            faults_[static_cast<std::size_t>(job.fault)].blamed = true;
        }
    }
}

}  // namespace bench
