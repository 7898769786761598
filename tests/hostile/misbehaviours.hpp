// What builders that were taken over do to their master (spec: protocol "Hostile builders"): a row
// each, told to the simulator of builders.
#pragma once

#include <string>
#include <vector>

namespace buildd::test {

// What the builder is doing when it misbehaves.
enum class Situation {
    idle,       // it has no job
    starting,   // dispatch gives it one
    running,    // it builds ours
    cancelled,  // ours is to be aborted
    failed,     // ours is over: PACKAGEFAIL, with a log
    built,      // ours is over: OK, with a log and two files
};

struct Misbehaviour {
    std::string name;
    Situation situation;
    // Statements of the fleet's script without the builder's name, one a line. $B is a file with
    // `body`, $R the digest of a result; in both $A is the architecture, $C the cookie.
    std::string statements;
    // Stands in what is stored about the builder: failnotes, outcomes and details of its attempts.
    // Empty: nothing is, for its job goes on all the same.
    std::string reason;
    std::string body = {};
    bool slow = false;  // until a deadline of its own has passed that is longer than a call's
};

// Broken transport and HTTP, in each call.
std::vector<Misbehaviour> broken_calls();
// Well-formed HTTP whose content lies.
std::vector<Misbehaviour> lying_answers();

}  // namespace buildd::test
