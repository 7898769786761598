#include "crash/actors.hpp"

#include <fmt/format.h>

namespace crash {

namespace {

constexpr int first_build = 101;

std::vector<Actor> cast() {
    return {
        {"quick", "current", Job::none, "state IDLE", "", "", 0, true, "CLEAN", "hppa"},
        {"idle", "classic", Job::none, "state IDLE", "", ""},
        {"busy", "current", Job::running, "state BUILDING %c", "BUILDING", ""},
        {"done", "current", Job::running, "state WAITING OK %c %f", "FULLYBUILT", "OK", 2},
        {"older", "seed", Job::running, "state WAITING OK %c %f", "FULLYBUILT", "OK", 1},
        {"private", "classic", Job::running, "state WAITING OK %c %f", "FULLYBUILT", "OK", 1, false,
         "DIRTY"},
        {"packagefail", "seed", Job::running, "state WAITING PACKAGEFAIL %c %f", "FAILEDTOBUILD",
         "PACKAGEFAIL"},
        {"depfail", "current", Job::running,
         "state WAITING DEPFAIL %c %f 'dependencies=nothing (>= 1)'", "MANUALDEPWAIT", "DEPFAIL"},
        {"chrootfail", "classic", Job::running, "state WAITING CHROOTFAIL %c %f", "CHROOTWAIT",
         "CHROOTFAIL"},
        {"givenback", "current", Job::running, "state WAITING GIVENBACK %c %f", "", "GIVENBACK"},
        {"builderfail", "current", Job::running, "state WAITING BUILDERFAIL %c %f", "",
         "BUILDERFAIL"},
        {"aborted", "seed", Job::running, "state ABORTED %c", "", "ABORTED"},
        {"waitsaborted", "current", Job::running, "state WAITING ABORTED %c", "", "ABORTED"},
        {"cancelling", "current", Job::cancelling, "state BUILDING %c", "CANCELLED", "CANCELLED"},
        {"cancelled", "classic", Job::cancel_asked, "state ABORTED %c", "CANCELLED", "CANCELLED"},
        {"lostfiles", "current", Job::none, "state WAITING OK 1000-10000 %f", "", ""},
        {"lostjob", "classic", Job::none, "state BUILDING 7-10000", "", ""},
        {"wrongjob", "current", Job::running, "state WAITING OK 1000-10000", "", "LOST"},
        {"unsent", "seed", Job::unsent, "state IDLE", "", ""},
        {"forgot", "current", Job::running, "state IDLE", "", "FORGOTTEN"},
        {"superseded", "current", Job::superseded, "state WAITING OK %c %f", "SUPERSEDED",
         "SUPERSEDED"},
        {"custom", "current", Job::built, "state WAITING OK %c %f", "FULLYBUILT", "OK"},
        {"dirty", "current", Job::none, "state IDLE", "", "", 0, false, "DIRTY"},
        {"cleaning", "seed", Job::none, "state IDLE", "", "", 0, false, "CLEANING"},
        {"failed", "current", Job::none, "state IDLE", "", ""},
    };
}

std::vector<Actor> numbered() {
    auto all = cast();
    int build = first_build;
    for (auto& actor : all) actor.build = build++;
    return all;
}

}  // namespace

std::string Actor::cookie() const {
    return fmt::format("{}-{}", build, build + 100);
}

const std::vector<Actor>& actors() {
    static const std::vector<Actor> all = numbered();
    return all;
}

const std::vector<Piece>& pieces() {
    static const std::vector<Piece> all{
        {"waiting", 301, ""},
        {"waitingtoo", 302, ""},
        {"swift", 303, "FULLYBUILT", 1, "hppa"},
        {"personal", 304, ""},
        {"incoming", 305, "FULLYBUILT", 2},
        {"accepted", 306, "FULLYBUILT", 1},
        {"rejected", 307, "FAILEDTOUPLOAD", 0},
        {"depwait", 308, ""},
        {"jobless", 309, ""},
    };
    return all;
}

}  // namespace crash
