#include "policy/wanted_builds.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/text.hpp"
#include "policy/architectures.hpp"

namespace buildd::policy {

namespace {

using Architectures = std::vector<SeriesArchitecture>;

bool named(const std::vector<std::string>& words, const std::string& tag) {
    return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
        return word != "all" && architecture_matches(word, tag);
    });
}

bool holds(const std::vector<std::string>& all, const std::string& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

std::string tags_of(const Architectures& architectures) {
    std::vector<std::string> tags;
    for (const auto& one : architectures) tags.push_back(one.tag);
    return join(tags, ", ");
}

class Plan {
 public:
    Plan(const PublishedSource& source, const Architectures& architectures)
        : source_(source),
          words_(split_words(source.hints)),
          indep_words_(split_words(source.indep_hints)) {
        for (const auto& one : architectures) (one.enabled ? enabled_ : disabled_).push_back(one);
    }

    BuildPlan make() {
        if (!source_.archive_enabled) {
            say("its archive is disabled");
            return std::move(plan_);
        }
        if (words_.empty()) say("its .dsc names no architecture");
        const SeriesArchitecture* indep = indep_architecture();
        for (const auto& one : enabled_) {
            const bool makes_all = &one == indep && !source_.indep_taken;
            const bool wanted = named(words_, one.tag) || (makes_all && wants_all());
            if (wanted && !holds(source_.taken, one.tag))
                plan_.missing.push_back({one.id, one.tag, makes_all});
        }
        tell_unbuilt_architectures();
        if (wants_all() && !source_.indep_taken) look_after_all(indep);
        return std::move(plan_);
    }

 private:
    bool wants_all() const { return holds(words_, "all"); }

    // Where its arch:all packages are made; of those that it names the nominated one, else one that
    // builds it anyway.
    const SeriesArchitecture* indep_architecture() const {
        const SeriesArchitecture* best = nullptr;
        for (const auto& one : enabled_) {
            const bool fits = indep_words_.empty() ? one.nominated : named(indep_words_, one.tag);
            if (!fits) continue;
            if (one.nominated) return &one;
            const bool builds_it =
                best == nullptr || (named(words_, one.tag) && !named(words_, best->tag));
            if (builds_it) best = &one;
        }
        return best;
    }

    void tell_unbuilt_architectures() {
        std::vector<std::string> wishes = words_;
        std::erase(wishes, "all");
        const auto names_one = [&](const auto& one) { return named(words_, one.tag); };
        if (wishes.empty() || std::any_of(enabled_.begin(), enabled_.end(), names_one)) return;
        if (std::any_of(source_.taken.begin(), source_.taken.end(),
                        [&](const std::string& tag) { return named(words_, tag); }))
            return;
        Architectures off;
        std::copy_if(disabled_.begin(), disabled_.end(), std::back_inserter(off), names_one);
        const std::string wish = one_line(join(wishes, " ")).substr(0, longest_wish);
        if (!off.empty())
            say(fmt::format("it is for {}, and {} is disabled", wish, tags_of(off)));
        else if (enabled_.empty())
            say(fmt::format("it is for {}, and its series has no enabled architecture", wish));
        else
            say(fmt::format("it is for {}, and its series has only {}", wish, tags_of(enabled_)));
    }

    void look_after_all(const SeriesArchitecture* indep) {
        if (indep != nullptr) {
            if (holds(source_.waiting, indep->tag))
                plan_.adopts_indep = indep->id;
            else if (holds(source_.taken, indep->tag))
                say(fmt::format("its build for {} was made without its arch:all packages",
                                indep->tag));
            return;
        }
        if (!indep_words_.empty()) {
            say(
                fmt::format("its arch:all packages are for {} (Build-Indep-Architecture), and its "
                            "series has only {}",
                            one_line(source_.indep_hints).substr(0, longest_wish),
                            enabled_.empty() ? "disabled architectures" : tags_of(enabled_)));
            return;
        }
        Architectures nominated;
        std::copy_if(disabled_.begin(), disabled_.end(), std::back_inserter(nominated),
                     [](const auto& one) { return one.nominated; });
        say(nominated.empty()
                ? "its arch:all packages need a nominated architecture, and its series has none"
                : fmt::format("its arch:all packages are for {}, the nominated architecture, which "
                              "is disabled",
                              tags_of(nominated)));
    }

    void say(std::string reason) { plan_.never.push_back(std::move(reason)); }

    static constexpr std::size_t longest_wish = 200;

    const PublishedSource& source_;
    std::vector<std::string> words_, indep_words_;
    Architectures enabled_, disabled_;
    BuildPlan plan_;
};

}  // namespace

BuildPlan plan_builds(const PublishedSource& source, const Architectures& architectures) {
    return Plan(source, architectures).make();
}

}  // namespace buildd::policy
