#include "farm.hpp"

#include <algorithm>
#include <queue>

namespace schedule {

namespace {

constexpr double between_queue_builds = 300;

struct EndsLater {
    bool operator()(const Job* a, const Job* b) const { return a->end > b->end; }
};

class Run {
 public:
    Run(const Farm& farm, std::vector<Job>& jobs, Rules& rules)
        : farm_(farm), jobs_(jobs), rules_(rules), idle_(farm.builders) {}

    Outcome until(double end) {
        for (double now = 0; now <= end && !over(); now += farm_.pass) pass(now);
        return outcome_;
    }

 private:
    bool over() const { return next_ == jobs_.size() && rules_.waiting() == 0 && running_.empty(); }

    void collect(double now) {
        while (!running_.empty() && running_.top()->end <= now) {
            Job& job = *running_.top();
            running_.pop();
            rules_.finished(job);
            ++idle_;
            outcome_.last = job.end;
            if (work_waited_) outcome_.idle += now - job.end;
        }
    }

    void queue_build(double now) {
        if (now < next_queue_build_) return;
        next_queue_build_ = now + between_queue_builds;
        std::vector<Job*> come;
        for (; next_ < jobs_.size() && jobs_[next_].arrives <= now; ++next_) {
            jobs_[next_].created = now;
            come.push_back(&jobs_[next_]);
        }
        rules_.queue(come, now);
    }

    void dispatch(double now) {
        std::vector<Job*> started;
        for (; idle_ > 0; --idle_) {
            Job* job = rules_.take(now);
            if (job == nullptr) break;
            job->start = now;
            job->end = now + job->time;
            outcome_.busy += job->time;
            running_.push(job);
            started.push_back(job);
        }
        if (farm_.watch) farm_.watch(now, started);
    }

    void pass(double now) {
        collect(now);
        queue_build(now);
        dispatch(now);
        work_waited_ = rules_.waiting() > 0;
    }

    const Farm& farm_;
    std::vector<Job>& jobs_;
    Rules& rules_;
    std::size_t idle_, next_ = 0;
    double next_queue_build_ = 0;
    bool work_waited_ = false;
    std::priority_queue<Job*, std::vector<Job*>, EndsLater> running_;
    Outcome outcome_;
};

}  // namespace

Outcome run(const Farm& farm, std::vector<Job>& jobs, Rules& rules, double until) {
    return Run(farm, jobs, rules).until(until);
}

}  // namespace schedule
