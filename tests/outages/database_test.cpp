// The connection to PostgreSQL is lost at any statement of any command, COMMIT included, before the
// server gets it or after it has done it (L35; spec: behaviour §2.4, §2.5).
#include <fmt/format.h>
#include <iostream>

#include "base/text.hpp"
#include "outages/cutting_proxy.hpp"
#include "outages/scene.hpp"
#include "test.hpp"

using namespace buildd;
using test::CuttingProxy;
using test::Scene;
using Order = CuttingProxy::Order;

namespace {

struct Play {
    const char* command;
    CuttingProxy::Which which = CuttingProxy::Which::all;
};

struct CutRun {
    int status = 0;
    bool was_cut = false;
    int statements = 0, last_commit = 0;
};

std::string folder_in(const std::string& conninfo) {
    const auto from = conninfo.find("host=") + 5;
    return conninfo.substr(from, conninfo.find(' ', from) - from);
}

CutRun run_cut(Scene& scene, const std::string& command, const Order& order) {
    auto words = split_words(command);
    if (command == "process-upload") {
        scene.gather();
        words = scene.upload_command();
    }
    if (command == "work") scene.gather();
    std::string& conninfo = scene.it.farm.options["database"];
    const std::string direct = conninfo;
    CuttingProxy proxy(folder_in(direct), order);
    conninfo = replace_all(direct, folder_in(direct), proxy.folder());
    CutRun run;
    run.status = scene.it.run(words);
    conninfo = direct;
    run.was_cut = proxy.has_cut();
    run.statements = proxy.statements();
    run.last_commit = proxy.last_commit();
    return run;
}

// Each statement both ways; or only the last COMMIT after it was done, and the middle of a cycle.
std::vector<Order> orders(const CutRun& uncut, const Play& play) {
    using Cut = CuttingProxy::Cut;
    std::vector<Order> out;
    if (!test::all_outages()) {
        out.push_back({uncut.last_commit > 0 ? uncut.last_commit : uncut.statements / 2, Cut::after,
                       play.which});
        if (play.command == std::string("cycle"))
            out.push_back({uncut.statements / 2, Cut::before, play.which});
        return out;
    }
    for (int n = 1; n <= uncut.statements; ++n)
        for (const auto cut : {Cut::before, Cut::after}) out.push_back({n, cut, play.which});
    return out;
}

}  // namespace

TEST_CASE(
    "L35 a connection lost at any statement loses nothing and the next passes make it whole") {
    const Play play = GENERATE(Play{"scan"}, Play{"collect"}, Play{"dispatch"}, Play{"cycle"},
                               Play{"queue build"}, Play{"process-upload"}, Play{"work"},
                               Play{"cycle", CuttingProxy::Which::one});
    const bool one = play.which == CuttingProxy::Which::one;
    Scene untouched;
    const CutRun uncut = run_cut(untouched, play.command, {});
    CHECK(uncut.status == 0);
    if (test::all_outages()) CHECK(untouched.wrong_after_two_rounds() == "");
    int cuts = 0;
    for (const auto& order : orders(uncut, play)) {
        const bool before = order.cut == CuttingProxy::Cut::before;
        INFO(play.command << (before ? ", before" : ", after") << " statement " << order.number);
        Scene scene;
        const CutRun run = run_cut(scene, play.command, order);
        // Claims are made together or apart: one run needs a statement less than another. And the
        // last one frees the lock of a pass that has done everything.
        const bool done = !run.was_cut || order.number == uncut.statements ||
                          scene.it.lines_with("database round trips") > 0;
        CHECK((run.status == 69 || (run.status == 0 && done)));
        CHECK(scene.wrong_after_two_rounds() == "");
        cuts += run.was_cut;
    }
    CHECK(cuts > 0);
    std::cout << fmt::format("{}{}: {} statements, {} times cut\n", play.command,
                             one ? ", one of its connections" : "", uncut.statements, cuts);
}
