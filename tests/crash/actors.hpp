// Who stands on the stage: a farm that holds every state at once.
#pragma once

#include <string>
#include <vector>

namespace crash {

// What the database says of the actor's job.
enum class Job {
    none,          // its builder has none
    running,       // dispatched to its builder
    unsent,        // claimed, but build() was never sent
    cancelling,    // the build is CANCELLING
    cancel_asked,  // … and abort() was called
    built,         // the build is FULLYBUILT already: a custom uploader was faster
    superseded,    // the source is published no more
};

// A builder, and the build it works on: both are called `name`. The build's id is `build`, its
// job's `build` + 100.
struct Actor {
    std::string name;
    std::string generation;
    Job job = Job::none;
    // The fleet's statement: `%c` is the job's cookie, `%f` "files=… log=…" of this actor.
    std::string world;
    std::string end;      // state the build must come to; "": it is to be built again
    std::string outcome;  // of this attempt; "": it leaves no trace
    int packages = 0;     // .debs among its results
    bool trusted = true;
    std::string clean_status = "CLEAN";
    std::string architecture = "i386";
    int build = 0;

    std::string cookie() const;
    bool is_ppa() const { return !trusted; }
};
const std::vector<Actor>& actors();

// Builds that no builder works on: scene.sql makes them.
struct Piece {
    std::string name;  // of source and results
    int build = 0;
    std::string end;  // state it must come to; "": any
    int packages = 0;
    std::string architecture = "i386";
};
const std::vector<Piece>& pieces();

}  // namespace crash
