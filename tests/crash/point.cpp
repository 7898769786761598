#include "crash/point.hpp"

#include <algorithm>
#include <csignal>
#include <fmt/format.h>

#include "base/fd.hpp"
#include "base/text.hpp"

namespace crash {

namespace {

using Kind = Strike::Kind;

constexpr std::chrono::seconds patience{40};  // machines may be busy
constexpr std::chrono::milliseconds term_limit{5000};
constexpr int term_status = 143;

// Builders that are too slow for a pass, and what makes them quick again.
constexpr const char* slow = R"(done fault GET rate=3000
packagefail fault GET rate=3000
idle fetch stall)";
constexpr const char* quick = "* heal\n* fetch pretend";

// buildd-master(1), "EXIT STATUS"
const std::vector<int> documented{0, 1, 64, 65, 69, 70, 75, 78, term_status};

bool contains(const std::vector<int>& all, int one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

std::string end_text(const TracedEnd& end) {
    if (end.hung) return "hung";
    return end.signal != 0 ? fmt::format("signal {}", end.signal)
                           : fmt::format("exit status {}", end.status);
}

}  // namespace

const std::vector<Play>& plays() {
    static const std::vector<Play> all{
        {"scan", {"scan"}},
        {"collect", {"collect"}},
        {"dispatch", {"dispatch"}},
        {"cycle", {"cycle"}},
        {"cut", {"cycle", "--pass-timeout", "3 s", "--socket-timeout", "1 s"}, Whom::program, true},
        {"work", {"work"}},
        {"queue-build", {"queue", "build"}},
        {"process-upload",
         {"process-upload", "--log-file", "%r/incoming/20260101-000000-305-405/uploader.log", "-d",
          "ubuntu", "-s", "hoary", "-b", "305", "-J", "20260101-000000-305-405", "%r"}},
        {"uploader", {"collect"}, Whom::uploader},
    };
    return all;
}

const Play* find_play(const std::string& name) {
    for (const auto& play : plays())
        if (play.name == name) return &play;
    return nullptr;
}

Theatre::Theatre(const std::string& name, std::string program)
    : stage_(name), program_(std::move(program)) {}

Launch Theatre::launch(const Scene& scene, const std::vector<std::string>& words) const {
    Launch launch;
    launch.arguments = {program_, "--config", FIXTURES "/empty.conf"};
    for (const auto& word : words)
        launch.arguments.push_back(buildd::replace_all(word, "%r", scene.root()));
    launch.arguments.emplace_back("-v");
    launch.environment = stage_.environment(scene);
    launch.output = scene.output();
    launch.timeout = patience;
    return launch;
}

std::map<std::string, std::string> Theatre::jobs_by_port() const {
    std::map<std::string, std::string> jobs;
    for (const auto& actor : actors()) {
        if (actor.outcome.empty() || actor.outcome == "LOST") continue;
        std::string port = stage_.fleet().url(actor.name);
        port.pop_back();
        jobs[port.substr(port.rfind(':') + 1)] = actor.cookie();
    }
    return jobs;
}

PointEnd Theatre::run(const Play& play, const Strike& strike, const Tracer::Witness& witness) {
    PointEnd point;
    circumstances_ = {strike.kind == Kind::fail};
    const auto scene = stage_.open();
    if (play.cut) stage_.fleet().say(slow);
    point.end = tracer_.run(launch(*scene, play.arguments), strike, witness);
    judge_end(strike, point);
    if (play.cut) judge_cut(*scene, point);
    if (play.cut) stage_.fleet().say(quick);
    recover(*scene, strike, point);
    for (auto& violation : violations(stage_, *scene, circumstances_))
        point.violations.push_back(std::move(violation));
    if (!point.violations.empty())
        if (const auto output = buildd::read_file(scene->output())) point.output = *output;
    return point;
}

void Theatre::judge_end(const Strike& strike, PointEnd& point) const {
    const TracedEnd& end = point.end;
    const bool killed = strike.kind == Kind::kill || strike.kind == Kind::kill_all;
    if (end.hung) point.violations.emplace_back("the program hung");
    if (!end.struck || strike.kind == Kind::none) {
        if (end.signal != 0 || end.status != 0)
            point.violations.push_back("unharmed, it ended with " + end_text(end));
    } else if (strike.kind == Kind::term) {
        if (end.after_strike > term_limit)
            point.violations.push_back("it ended only 5 s after SIGTERM");
        const bool good = end.signal == SIGTERM || end.status == term_status;
        // One that is about to exit need not notice.
        if (!good && end.after_strike > std::chrono::milliseconds(100))
            point.violations.push_back("after SIGTERM it ended with " + end_text(end));
    } else if (!killed && (end.signal != 0 || !contains(documented, end.status))) {
        point.violations.push_back("it ended with " + end_text(end));
    }
}

void Theatre::judge_cut(const Scene& scene, PointEnd& point) {
    // On a busy machine it may not come to each of them.
    const auto said = buildd::read_file(scene.output());
    const bool cut = said && said->find("; the next one goes on: ") != said->npos;
    if (!point.end.struck && !cut) point.violations.emplace_back("unharmed, it was not cut short");
}

void Theatre::command(Scene& scene, const std::vector<std::string>& words, PointEnd& point,
                      const std::vector<int>& good) {
    const TracedEnd end = tracer_.run_plain(launch(scene, words));
    if (end.hung || end.signal != 0 || !contains(good, end.status))
        point.violations.push_back(
            fmt::format("{} after it ended with {}", buildd::join(words, " "), end_text(end)));
}

void Theatre::pass(Scene& scene, const Strike& strike, PointEnd& point) {
    // 1: an uploader that was struck needs a person.
    std::vector<int> good{0};
    if (strike.whom == Whom::uploader || strike.kind == Kind::fail) good.push_back(1);
    // The server may take a moment to see that a killed pass's session, and its lock, are gone.
    command(scene, {"cycle", "--wait", "10 s"}, point, good);
    ++point.passes;
}

// Two passes, the first at once: uploaders of the dead one may still be at work. Those take one
// more; so does an uploader that was struck and is run again, and a fault, which the struck pass
// may have written down as a builder's.
void Theatre::recover(Scene& scene, const Strike& strike, PointEnd& point) {
    const bool orphans = tracer_.leftovers();
    scene.let_time_pass();
    pass(scene, strike, point);
    if (!tracer_.await_leftovers(patience)) point.violations.emplace_back("an uploader hung");
    command(scene, {"queue", "build"}, point, {0});
    scene.let_time_pass();
    pass(scene, strike, point);
    if (orphans || strike.whom == Whom::uploader || strike.kind == Kind::fail) {
        scene.let_time_pass();
        pass(scene, strike, point);
    }
    command(scene, {"db", "check"}, point, {0});
}

}  // namespace crash
