// PostgreSQL itself stops, dies, comes back or refuses while a pass is at work (spec: behaviour
// §2.4, §2.5).
#include <fmt/format.h>
#include <future>
#include <iostream>

#include "outages/private_server.hpp"
#include "outages/scene.hpp"
#include "test.hpp"

using namespace buildd;
using test::PrivateServer;
using test::Scene;

namespace {

enum class Fate { stopped, killed, restarted, refusing };

constexpr const char* words(Fate fate) {
    switch (fate) {
        case Fate::stopped:
            return "stopped";
        case Fate::killed:
            return "killed";
        case Fate::restarted:
            return "killed and started again";
        case Fate::refusing:
            return "refusing connections";
    }
    return "";
}

// The server's side of the story; what it refuses is the farm's database.
class Story {
 public:
    Story(PrivateServer& server, Scene& scene) : server_(server), farm_(scene.it.farm) {
        name_ = farm_.value("SELECT current_database()");
    }

    void begin(Fate fate) {
        if (fate == Fate::refusing)
            db::Database(server_.conninfo())
                .script(fmt::format(
                    "ALTER DATABASE {0} ALLOW_CONNECTIONS false; SELECT pg_terminate_backend(pid) "
                    "FROM pg_stat_activity WHERE datname = '{0}'",
                    name_));
        else if (fate == Fate::stopped)
            server_.stop();
        else
            server_.kill();
        if (fate == Fate::restarted) server_.start();
    }

    void end(Fate fate) {
        if (fate == Fate::refusing)
            db::Database(server_.conninfo())
                .script(fmt::format("ALTER DATABASE {} ALLOW_CONNECTIONS true", name_));
        else if (fate != Fate::restarted)
            server_.start();
        farm_.db().reconnect();
    }

 private:
    PrivateServer& server_;
    test::TestFarm& farm_;
    std::string name_;
};

// While the builders are in this call of a cycle.
void check_outage(PrivateServer& server, Fate fate, const std::string& method) {
    INFO(words(fate) << " during " << method);
    Scene scene(server.conninfo());
    auto& it = scene.it;
    it.fleet.say(fmt::format("* fault {} delay=1000", method));
    Story story(server, scene);
    auto pass = std::async(std::launch::async, [&] { return it.run({"cycle"}); });
    it.await([&] { return it.fleet.count(method) > 0; });
    story.begin(fate);
    CHECK(pass.get() == 69);
    it.fleet.say("* heal");
    if (fate != Fate::restarted) {
        const auto before = it.fleet.calls().size();
        for (const char* command : {"scan", "collect", "dispatch"}) CHECK(it.run({command}) == 69);
        CHECK(it.run({"queue", "build"}) == 69);
        CHECK(it.fleet.calls().size() == before);
    }
    story.end(fate);
    CHECK(scene.wrong_after_two_rounds() == "");
}

}  // namespace

TEST_CASE("a database server that stops dies or refuses at any moment of a pass loses nothing") {
    PrivateServer server;
    std::vector<std::string> calls{"echo", "clean", "ensurepresent", "build"};
    const bool all = test::all_outages();
    if (all) calls.insert(calls.end(), {"info", "status", "GET"});
    const std::vector<Fate> fates{Fate::stopped, Fate::killed, Fate::restarted, Fate::refusing};
    int outages = 0;
    for (std::size_t i = 0; i < calls.size(); ++i)
        for (std::size_t j = 0; j < fates.size(); ++j) {
            if (!all && i != j) continue;
            check_outage(server, fates[j], calls[i]);
            ++outages;
        }
    std::cout << fmt::format("{} outages of the database server in the middle of a cycle\n",
                             outages);
}
