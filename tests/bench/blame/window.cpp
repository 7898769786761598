// What is known when common causes are looked for, as lib/farm/breakers_judge.cpp reads it: the
// ends of the window, what runs, which builders are silent and, where one is, which answer.
#include <algorithm>

#include "evidence.hpp"

namespace bench {

namespace {

using namespace buildd;

// Beside those that are silent.
void add_builders_that_answer(Farm& farm, std::vector<policy::CauseEnd>& ends) {
    const auto is_silent = [](const auto& end) { return end.word == policy::CauseWord::silent; };
    if (std::none_of(ends.begin(), ends.end(), is_silent)) return;
    const auto& builders = farm.builders();
    for (std::size_t i = 0; i < builders.size(); ++i) {
        if (builders[i].silent_since >= 0) continue;
        policy::CauseEnd& one = ends.emplace_back();
        one.builder = static_cast<std::int64_t>(i) + 1;
        one.trusted = builders[i].group != 2;
        one.began = one.at = std::chrono::seconds(farm.now());
        one.shared = {
            {policy::CauseKind::network, static_cast<std::uint64_t>(builders[i].network)}};
    }
}

}  // namespace

policy::CauseEnd Evidence::running_end(Farm& farm, int index) const {
    const Builder& builder = farm.builders()[static_cast<std::size_t>(index)];
    End running;
    running.builder = index;
    running.job = builder.job;
    running.began = builder.started;
    running.at = farm.now();
    auto end = heard(farm, running).cause;
    end.reached = policy::Reached::files;
    end.running = true;
    return end;
}

policy::CauseEnd Evidence::silent_end(Farm& farm, int index) const {
    const Builder& builder = farm.builders()[static_cast<std::size_t>(index)];
    policy::CauseEnd end;
    end.word = policy::CauseWord::silent;
    end.reached = policy::Reached::files;
    end.began = end.at = std::chrono::seconds(builder.silent_since);
    end.builder = index + 1;
    if (builder.job >= 0) {
        end.build = builder.job + 1;
        end.owner = farm.jobs()[static_cast<std::size_t>(builder.job)].owner;
    }
    end.group = static_cast<std::size_t>(builder.group);
    end.trusted = builder.group != 2;
    end.shared = {{policy::CauseKind::network, static_cast<std::uint64_t>(builder.network)}};
    return end;
}

std::vector<policy::CauseEnd> Evidence::all_ends(Farm& farm) const {
    const auto& builders = farm.builders();
    std::vector<policy::CauseEnd> ends;
    ends.reserve(window_.size() + 2 * builders.size());
    for (const auto& word : window_) ends.push_back(word.cause);
    for (int i = 0; i < static_cast<int>(builders.size()); ++i) {
        const Builder& builder = builders[static_cast<std::size_t>(i)];
        if (builder.silent_since >= 0)
            ends.push_back(silent_end(farm, i));
        else if (builder.job >= 0)
            ends.push_back(running_end(farm, i));
    }
    add_builders_that_answer(farm, ends);
    return ends;
}

}  // namespace bench
