// Has a wait for dependencies, or for a chroot that can be used, ended, and is it worth another
// try? A builder's answer is believed over what the farm has written down of its packages. Pure.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "policy/relations.hpp"

namespace buildd::policy {

// A binary package that the lines of a build reach.
struct VisibleBinary {
    std::string name, version, provides;
    std::string multiarch;  // as Available's
};

// What apt would choose from: of each name the highest version alone, and what that provides.
std::vector<Available> candidates(const std::vector<VisibleBinary>& visible);

// What a wait depends on: changes exactly when something that it names does. `names`: of its
// dependencies.
std::string index_digest(const std::vector<Available>& available,
                         const std::vector<std::string>& names);

// An attempt that ended DEPFAIL.
struct PastAnswer {
    std::string dependencies;  // that it lacked
    std::string index;         // digest as the queue had it tried again; empty: it was not
    std::chrono::seconds age{};
};

enum class WaitStep {
    unreadable,  // nothing can be told from what the builder said
    unmet,       // what it lacks is not there
    retry,
    later,   // there, but its builders have said otherwise: after `left`
    person,  // they have said so too often, and nothing that it names has changed since
};
struct WaitVerdict {
    WaitStep step = WaitStep::unmet;
    std::chrono::seconds left{};
    int answers = 0;      // equal ones, the last included
    std::string index{};  // digest as of now
};

struct Wait {
    std::string dependencies;  // as the builder said
    std::string declared;      // the source's own build dependencies
    std::string architecture;
    std::vector<PastAnswer> past;  // since a person last had it tried again; oldest first
};

// `visible`: packages of the names in it, and those that provide them, with all their versions.
// Answers are equal that name the same packages.
WaitVerdict judge_wait(const Wait& wait, const std::vector<VisibleBinary>& visible);

// Of a build that is CHROOTWAIT: so many attempts in a row have ended so (0: those were taken
// back), the last one `age` ago. `retry`, `later` or `person`.
WaitVerdict judge_chroot_wait(int answers, std::chrono::seconds age);

// What becomes of it by itself. `cause`: a common one that is known (empty: none), for whose end it
// waits.
std::string chroot_wait_sentence(const WaitVerdict& verdict, const std::string& cause);

// What is to be said besides the dependencies: "They are there: …". Empty: nothing.
std::string wait_sentence(const WaitVerdict& verdict);

}  // namespace buildd::policy
