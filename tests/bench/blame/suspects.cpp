// What one end says of its builder, and what follows for what that has said before.
#include <algorithm>

#include "evidence.hpp"

namespace bench {

namespace {

using namespace buildd;
using policy::QuarantineStep;

constexpr int builder_threshold = 5;
constexpr Seconds verdicts_last = 2 * 3600, peers_last = 6 * 3600;

}  // namespace

void Evidence::judge_builder(Farm& farm, const End& end, Heard& word) {
    const Job& job = farm.jobs()[static_cast<std::size_t>(end.job)];
    const auto peer_ends = peers(farm, end);
    if (end.not_fetched && !word.counted_builder) return;
    Builder& builder = farm.builders()[static_cast<std::size_t>(end.builder)];
    auto& own = of_builder_[static_cast<std::size_t>(end.builder)];
    policy::BuilderRecord before = builder.record;
    if (before.quarantined)
        before.quarantined = std::chrono::seconds(farm.now() - builder.quarantined_at);
    // The jobs of one owner fail alike where its archive is broken.
    const bool of_archive = end.outcome == Outcome::CHROOTFAIL && job.owner != 0;
    const int source = of_archive ? -job.owner : job.source;
    const int others = end.outcome == Outcome::OK ? 1 : farm.living(builder.group) - 1;
    const bool repeats = job.first_builder >= 0 && job.first_builder != end.builder;
    const policy::SaidOfBuilder said{
        end.outcome,
        word.counted_builder,
        own.sources.contains(source),
        others,
        peer_ends,
        repeats && end.outcome == Outcome::PACKAGEFAIL,
        false,
        {builder.failed_canaries, std::chrono::seconds(farm.now() - builder.first_failed_canary)}};
    const auto judged = policy::judge_builder(before, said, builder_threshold);
    word.weight = judged.record.suspicion - before.suspicion;
    word.canary = before.quarantined.has_value();
    if (said.outcome != Outcome::OK) own.sources.insert(source);
    apply(farm, end.builder, judged);
    if (judged.record.suspicion <= 0) own.sources.clear();
}

policy::PeerEnds Evidence::peers(Farm& farm, const End& end) {
    Peers& peers = peers_[farm.jobs()[static_cast<std::size_t>(end.job)].owner];
    peers.of_builder.resize(farm.builders().size());
    const auto add = [&](const PeerEnd& one, int by) {
        for (auto* counts :
             {&peers.all, &peers.of_builder[static_cast<std::size_t>(one.builder)]}) {
            counts->all += by;
            counts->package_failed += one.failed ? by : 0;
        }
    };
    for (; !peers.ends.empty() && peers.ends.front().at < farm.now() - peers_last;
         peers.ends.pop_front())
        add(peers.ends.front(), -1);
    policy::PeerEnds counts = peers.all;
    const auto leave_out = [&](int builder) {
        const auto& own = peers.of_builder[static_cast<std::size_t>(builder)];
        counts.all -= own.all;
        counts.package_failed -= own.package_failed;
    };
    leave_out(end.builder);
    for (const int builder : suspects_)
        if (builder != end.builder) leave_out(builder);
    if (end.outcome == Outcome::PACKAGEFAIL || end.outcome == Outcome::OK) {
        peers.ends.push_back({farm.now(), end.builder, end.outcome == Outcome::PACKAGEFAIL});
        add(peers.ends.back(), 1);
    }
    return counts;
}

void Evidence::apply(Farm& farm, int index, const policy::BuilderJudged& judged) {
    Builder& builder = farm.builders()[static_cast<std::size_t>(index)];
    builder.record = judged.record;
    const auto listed = std::find(suspects_.begin(), suspects_.end(), index);
    const bool suspect = policy::is_suspect(builder.record.suspicion);
    if (suspect && listed == suspects_.end()) suspects_.push_back(index);
    if (!suspect && listed != suspects_.end()) suspects_.erase(listed);
    const bool rests = judged.step == QuarantineStep::begin || judged.step == QuarantineStep::again;
    if (rests) farm.rest(index, farm.now() + judged.rest.count() * 60);
    if (judged.step == QuarantineStep::begin) {
        builder.quarantined_at = farm.now();
        builder.failed_canaries = 0;
        ask_again(farm, index);
    }
    if (judged.step == QuarantineStep::again && ++builder.failed_canaries == 1)
        builder.first_failed_canary = farm.now();
    if (judged.step == QuarantineStep::end) farm.rest(index, 0);
    if (judged.step == QuarantineStep::for_person) farm.leave_to_person(index);
}

void Evidence::ask_again(Farm& farm, int index) {
    auto& verdicts = of_builder_[static_cast<std::size_t>(index)].verdicts;
    for (const auto& [at, job_index] : verdicts) {
        Job& job = farm.jobs()[static_cast<std::size_t>(job_index)];
        const bool stands = at < farm.now() - verdicts_last || job.asked_again;
        if (stands || job.state != Job::State::failed) continue;
        job.asked_again = true;
        farm.settle(job_index, Job::State::pending);
    }
    verdicts.clear();
}

// It was the job.
void Evidence::clear_builders(Farm& farm, int job) {
    for (auto& word : window_) {
        if (word.job != job || !word.counted_builder || word.taken_back) continue;
        word.taken_back = true;
        const auto& record = farm.builders()[static_cast<std::size_t>(word.builder)].record;
        apply(
            farm, word.builder,
            policy::judge_taken_back(record, {word.weight, true, word.canary}, builder_threshold));
    }
}

}  // namespace bench
