// How many jobs may run at once of an archive, and of an owner's.
#include "policy/run_room.hpp"

#include "policy/free_builders.hpp"
#include "policy/why.hpp"
#include "test.hpp"

using namespace buildd;
using policy::RunRoom;

namespace {

ArchiveFacts archive(std::int64_t id, const std::string& owner) {
    ArchiveFacts facts;
    facts.id = ArchiveId{id};
    facts.owner = owner;
    return facts;
}

}  // namespace

TEST_CASE("limits of running jobs are kept while several are given out") {
    const auto one = archive(1, "joe"), two = archive(2, "joe"), other = archive(3, "ann");
    const RunLimits none, of_archive{2, {}}, of_owner{{}, 3}, both{2, 3}, over{-1, {}};
    RunRoom room;
    CHECK(room.room(one, none, 40) == 40);
    CHECK(room.room(one, of_archive, 40) == 2);
    CHECK(room.room(one, over, 40) == 0);
    room.take(one, 2);
    CHECK(room.room(one, both, 40) == 0);
    CHECK(room.room(two, both, 40) == 1);
    CHECK(room.room(two, of_archive, 40) == 2);
    CHECK(room.room(other, both, 40) == 2);
    room.take(two, 1);
    CHECK(room.room(two, of_owner, 1) == 0);
    CHECK(room.room(other, of_owner, 1) == 1);
}

TEST_CASE("queue why counts no more jobs than limits of running jobs let") {
    std::vector<BuilderFacts> builders(5);
    std::vector<const BuilderFacts*> free;
    for (const auto& builder : builders) free.push_back(&builder);
    JobClass limited;
    limited.count = 9;
    limited.job.build.archive = archive(1, "joe");
    limited.job.limits.archive = 2;
    JobClass another = limited;
    another.job.build.target.pocket = Pocket::UPDATES;
    CHECK(policy::FreeBuilders(free).give({limited, another}) == 2);
    limited.job.limits.archive = 0;
    CHECK(policy::job_obstacle(limited.job, false) == policy::JobObstacle::limited);
}
