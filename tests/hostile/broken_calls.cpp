#include <array>
#include <fmt/format.h>

#include "hostile/misbehaviours.hpp"

namespace buildd::test {

namespace {

struct Call {
    const char* name;
    Situation situation;
    const char* target;  // of the fleet's `fault`
};

constexpr std::array<Call, 10> calls{{
    {"echo", Situation::idle, "echo"},
    {"info", Situation::idle, "info"},
    {"status", Situation::idle, "status"},
    {"status of a job", Situation::running, "status"},
    {"ensurepresent", Situation::starting, "ensurepresent"},
    {"build", Situation::starting, "build"},
    {"abort", Situation::cancelled, "abort"},
    {"clean", Situation::failed, "clean"},
    {"log", Situation::failed, "GET:buildlog"},
    {"result", Situation::built, "GET:$R"},
}};

// What comes of it: in a call whose answer counts, in a file that is fetched.
struct Kind {
    const char* fault;
    const char* in_call;
    const char* in_log;  // "": what came is the log
    const char* in_result;
    bool done = false;   // the call does its work
    bool waits = false;  // for the deadline of the call
};

constexpr const char* mismatch = "does not match its digest, twice";

constexpr std::array<Kind, 28> kinds{{
    {"hang", "did not answer within", "did not answer within", "did not answer within", false,
     true},
    {"drip", "did not answer within", "did not answer within", "did not answer within", true, true},
    {"close", "closed the connection", "closed the connection", "closed the connection"},
    {"lost", "closed the connection", "closed the connection", "closed the connection", true},
    {"close-header", "cut its answer off", "cut its answer off", "cut its answer off", true},
    {"close-body", "cut its answer off", "cut its answer off", "cut its answer off", true},
    {"short", "cut its answer off", "cut its answer off", "cut its answer off", true},
    {"long", "malformed", "", mismatch, true},
    {"fault", "Fault 8002", "", mismatch},
    {"fault=-2147483648:no", "Fault -2147483648: no", "", mismatch},
    {"http=404", "HTTP 404", "HTTP 404", "HTTP 404"},
    {"http=405", "HTTP 405", "HTTP 405", "HTTP 405"},
    {"http=500", "HTTP 500", "HTTP 500", "HTTP 500"},
    {"http=501", "HTTP 501", "HTTP 501", "HTTP 501"},
    {"http=502", "HTTP 502", "HTTP 502", "HTTP 502"},
    {"http=999", "HTTP 999", "HTTP 999", "HTTP 999"},
    {"empty", "malformed", "", mismatch},
    {"html", "malformed", "", mismatch},
    {"body=<?xml", "malformed", "", mismatch},
    {"redirect=file:///etc/passwd", "HTTP 302", "HTTP 302", "HTTP 302"},
    {"redirect=http://127.0.0.1:1/", "HTTP 302", "HTTP 302", "HTTP 302"},
    {"endless", "sends more than", "", "sends more than"},
    {"endless-chunks", "sends more than", "", "sends more than"},
    {"endless-header", "broke", "broke", "broke"},
    {"size=10737418240", "sends more than", "", "sends more than"},
    {"chunked-garbage", "broke", "broke", "broke"},
    {"gzip", "127.0.0.1:", "", mismatch},
    {"raw=SSH-2.0-OpenSSH_9.2", "does not speak HTTP", "does not speak HTTP",
     "does not speak HTTP"},
}};

std::string reason_of(const Call& call, const Kind& kind) {
    const std::string name = call.name;
    if (name == "log") return *kind.in_log == '\0' ? "PACKAGEFAIL" : kind.in_log;
    if (name == "result") return kind.in_result;
    if (name == "abort") return kind.done ? "CANCELLED" : "did not abort its job within";
    if (name == "clean" && kind.done) return "PACKAGEFAIL";
    if (name == "ensurepresent" && kind.waits) return "was unable to fetch file";  // start_timeout
    const bool only_lost = kind.done && std::string(kind.fault) != "long";
    return name == "build" && only_lost ? "" : kind.in_call;
}

}  // namespace

std::vector<Misbehaviour> broken_calls() {
    std::vector<Misbehaviour> rows;
    for (const auto& call : calls)
        for (const auto& kind : kinds) {
            const bool slow = kind.waits && std::string(call.name) == "ensurepresent";
            rows.push_back({fmt::format("{}: {}", call.name, kind.fault), call.situation,
                            fmt::format("fault {} '{}'", call.target, kind.fault),
                            reason_of(call, kind), "", slow});
        }
    return rows;
}

}  // namespace buildd::test
