#include <fmt/format.h>

#include "hostile/misbehaviours.hpp"
#include "hostile/xml.hpp"

namespace buildd::test {

namespace {

using namespace xml;
using enum Situation;

const std::string cookie = "$C";
const std::string sum(40, 'a');

// The call answers with `content` every time, or from the second time on.
Misbehaviour says(const std::string& name, Situation situation, const std::string& call,
                  const std::string& content, const std::string& reason, int skip = 0) {
    const std::string statement = fmt::format("fault {} body=@$B skip={}", call, skip);
    return {fmt::format("{}: {}", call, name), situation, statement, reason, answer(content)};
}

Misbehaviour says_bytes(const std::string& name, const std::string& call,
                        const std::string& document, const std::string& reason) {
    return {fmt::format("{}: {}", call, name), idle, fmt::format("fault {} body=@$B", call), reason,
            document};
}

std::string building(const std::string& id, const std::string& tail = "<base64>eA==</base64>") {
    return structure({{"builder_status", string("BuilderStatus.BUILDING")},
                      {"build_id", string(id)},
                      {"logtail", value(tail)}});
}

std::string waiting(const std::string& status, const std::string& files,
                    const std::string& dependencies = string("")) {
    return structure({{"builder_status", string("BuilderStatus.WAITING")},
                      {"build_status", string(status)},
                      {"build_id", string(cookie)},
                      {"filemap", files},
                      {"dependencies", dependencies}});
}

std::string offers(const std::string& name, const std::string& digest = sum) {
    return waiting("BuildStatus.OK", structure({{name, string(digest)}}));
}

std::string many_files(int count, const std::string& name = "f") {
    std::string members;
    for (int i = 0; i < count; ++i)
        members += tag("member", tag("name", fmt::format("{}{}.deb", name, i)) + string(sum));
    return waiting("BuildStatus.OK", value(tag("struct", members)));
}

void add_documents(std::vector<Misbehaviour>& rows) {
    const std::string deep = repeat("<value><array><data>", 100000);
    const std::string bomb =
        "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>";
    for (const char* call : {"echo", "info", "status"}) {
        const auto add = [&](const char* name, const std::string& document) {
            rows.push_back(says_bytes(name, call, document, "malformed"));
        };
        add("100,000-deep nesting, no end", "<?xml version='1.0'?>" + deep.substr(0, 60000));
        add("a DTD with entities", "<?xml version='1.0'?>" + bomb + answer(string("&b;")));
        add("an external entity",
            "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>" +
                answer(string("&e;")).substr(21));
        add("attributes", "<methodResponse" + repeat(" a='1'", 2000) + "/>");
        add("NUL", answer(string(std::string(1, '\0'))));
        add("a reference to NUL", answer(string("&#0;")));
        add("UTF-16", "\xFF\xFE<\0?\0");
        add("broken UTF-8", answer(string("\xC3\x28")));
        add("CDATA", answer(string("<![CDATA[x]]>")));
        add("a comment", answer("<!-- -->" + string("x")));
        add("two answers", answer(string("x")) + answer(string("y")));
        add("two values", answer(string("x") + string("y")));
        add("a call", tag("methodCall", tag("methodName", "status")));
        add("a tag that does not end", "<methodResponse><params");
        add("tags in the wrong order", "<methodResponse><params></methodResponse></params>");
        add("an unknown type", answer(value("<pickle>x</pickle>")));
        add("a fault without a code", tag("methodResponse", tag("fault", structure({}))));
        add("an integer of 1,000 digits", answer(array({value(tag("int", repeat("9", 1000)))})));
        add("a double that is none", answer(array({value("<double>nan</double>")})));
        add("base64 that is none", answer(array({value("<base64>!</base64>")})));
        add("a key twice", answer(structure({{"a", string("1")}, {"a", string("2")}})));
    }
    rows.push_back(says_bytes("100,000-deep nesting", "status",
                              answer(deep + repeat("</data></array></value>", 100000)),
                              "sends more than"));
    rows.push_back(says_bytes(
        "40,000-deep nesting", "status",
        answer(repeat("<value><array><data>", 40000) + repeat("</data></array></value>", 40000)),
        "malformed"));
    rows.push_back(says_bytes("an array of 100,000", "status",
                              answer(array({repeat("<value>1</value>", 100000)})), "malformed"));
    rows.push_back(says_bytes("4 MiB of tags", "status",
                              answer(array({repeat("<value/>", (4U << 20) / 8 - 40)})),
                              "malformed"));
    rows.push_back(says_bytes("4 MiB of blanks", "status",
                              answer(array({string(repeat(" ", (4U << 20) - 500))})), "malformed"));
    rows.push_back(says_bytes("4 MiB of text", "status",
                              answer(array({string(repeat("x", (4U << 20) - 500))})), "longer"));
}

// HTTP that is none: bytes instead of an answer.
void add_bytes(std::vector<Misbehaviour>& rows) {
    const auto add = [&](const char* name, const std::string& bytes) {
        rows.push_back(
            {fmt::format("status: {}", name), idle, "fault status raw=@$B", "127.0.0.1:", bytes});
    };
    const std::string ok = "HTTP/1.1 200 OK\r\n";
    add("a negative length", ok + "Content-Length: -1\r\n\r\n<x/>");
    add("a length beyond 64 bits", ok + "Content-Length: " + repeat("9", 40) + "\r\n\r\n<x/>");
    add("two lengths", ok + "Content-Length: 4\r\nContent-Length: 999\r\n\r\n<x/>");
    add("a length that is no number", ok + "Content-Length: many\r\n\r\n<x/>");
    add("chunks and a length", ok + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n<x/>");
    add("a chunk of 2^64 bytes", ok + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx");
    add("a coding nobody knows", ok + "Transfer-Encoding: pickle\r\n\r\n<x/>");
    add("NUL in a header", ok + std::string("X: a\0b\r\n\r\n<x/>", 14));
    add("a status line of 100 KiB", "HTTP/1.1 200 " + repeat("O", 100 << 10) + "\r\n\r\n<x/>");
    add("10,000 times 100 Continue", repeat("HTTP/1.1 100 Continue\r\n\r\n", 10000));
    add("a switch of protocols", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n");
    add("HTTP/9.9", "HTTP/9.9 200 OK\r\n\r\n<x/>");
    add("a status of letters", "HTTP/1.1 abc OK\r\n\r\n<x/>");
    add("nothing but line ends", repeat("\r\n", 1000));
    add("10,000 headers", ok + repeat("X: y\r\n", 10000) + "\r\n<x/>");
    add("10,000 cookies", ok + repeat("Set-Cookie: a=b\r\n", 10000) + "\r\n<x/>");
}

void add_probes(std::vector<Misbehaviour>& rows) {
    const auto add = [&](const char* name, const char* call, const std::string& content,
                         const char* reason) {
        rows.push_back(says(name, idle, call, content, reason));
    };
    const std::string types = array({string("binarypackage")});
    add("another word", "echo", array({string("Toast")}), "Failed to echo OK");
    add("the word alone", "echo", string("Test"), "Failed to echo OK");
    add("an integer", "echo", array({value("<int>1</int>")}), "Failed to echo OK");
    add("another version", "info", array({string("9"), string("$A"), types}),
        "Protocol version mismatch");
    add("another architecture", "info", array({string("1.0"), string("vax"), types}),
        "Architecture tag mismatch: vax != ");
    add("an architecture with terminal control", "info",
        array({string("1.0"), string("\x1b[2J\nOK"), types}), "Architecture tag mismatch");
    add("a long architecture", "info", array({string("1.0"), string(repeat("x", 50000)), types}),
        "longer than");
    add("integers", "info", array({value("<int>1</int>"), string("$A"), types}), "malformed");
    add("too little", "info", array({string("1.0")}), "malformed");
    add("a struct", "info", structure({{"version", string("1.0")}}), "malformed");
    add("1,000 build types", "info",
        array({string("1.0"), string("$A"), array({repeat(string("x"), 1000)})}), "malformed");
    add("a string", "status", string("BuilderStatus.IDLE"), "malformed");
    add("nothing", "status", array({}), "malformed");
    add("an integer as status", "status", array({value("<int>0</int>")}), "malformed");
    add("an unknown status", "status", array({string("BuilderStatus.\nOWNED")}),
        "Unknown status code (BuilderStatus.");
    add("a status of 300 bytes", "status", array({string(repeat("S", 300))}), "longer than");
    add("BUILDING without a log tail", "status",
        array({string("BuilderStatus.BUILDING"), string("8-1")}), "malformed");
    add("a huge log tail", "status", building("8-1", tag("base64", repeat("AAAA", 30000))),
        "longer than");
}

void add_states(std::vector<Misbehaviour>& rows) {
    const auto add = [&](const char* name, Situation situation, const std::string& content,
                         const char* reason, int skip = 0) {
        rows.push_back(says(name, situation, "status", content, reason, skip));
    };
    add("the cookie of a job that is no more", running, building("1-1"), "LOST");
    add("another builder's cookie", running, building("5000-101"), "LOST");
    add("a cookie that is none", running, building("../../etc/passwd"), "LOST");
    add("a cookie beyond 64 bits", running, building(repeat("9", 60) + "-1"), "LOST");
    add("a negative cookie", running, building("-8--1"), "LOST");
    add("IDLE in the middle of a job", running,
        structure({{"builder_status", string("BuilderStatus.IDLE")}}), "FORGOTTEN");
    add("ABORTED without being asked", running,
        structure(
            {{"builder_status", string("BuilderStatus.ABORTED")}, {"build_id", string(cookie)}}),
        "ABORTED");
    add("ABORTING without being asked", running,
        structure(
            {{"builder_status", string("BuilderStatus.ABORTING")}, {"build_id", string(cookie)}}),
        "did not abort its job within");
    add("an unknown status of a job", running, array({string("BuilderStatus.OWNED")}),
        "Unknown status code");
    add("the seed's array with a struct's order", running,
        array({string("BuilderStatus.WAITING"), string(cookie), string("BuildStatus.OK")}), "LOST");
    add("WAITING without a build status", running,
        structure(
            {{"builder_status", string("BuilderStatus.WAITING")}, {"build_id", string(cookie)}}),
        "malformed");
    add("BUILDING right before build", starting, building("1-1"), "Could not be rescued from", 1);
    add("WAITING right before build", starting, waiting("BuildStatus.OK", structure({})),
        "Could not be rescued from", 1);
    add("rubbish right before build", starting, string("x"), "when setting up to new job", 1);
    add("busy again after clean", failed, waiting("BuildStatus.PACKAGEFAIL", structure({})),
        "PACKAGEFAIL");
    add("dependencies of 100 KiB", running,
        waiting("BuildStatus.DEPFAIL", structure({}), string(repeat("d", 100 << 10))),
        "longer than");
    add("dependencies that are an array", running,
        waiting("BuildStatus.DEPFAIL", structure({}), array({})), "malformed");
}

void add_calls(std::vector<Misbehaviour>& rows) {
    const auto add = [&](const char* name, Situation situation, const char* call,
                         const std::string& content, const std::string& reason) {
        rows.push_back(says(name, situation, call, content, reason));
    };
    const std::string no = value("<boolean>0</boolean>"), yes = value("<boolean>1</boolean>");
    add("no", starting, "ensurepresent", array({no, string("pay me")}), "unable to fetch file");
    add("no, in terminal control of 8 bits", starting, "ensurepresent",
        array({no, string("\xC2\x9B"
                          "2J\xC2\x90+q\xC2\x9C")}),
        "unable to fetch file");
    add("no, in characters that a limit cuts", starting, "ensurepresent",
        array({no, string("x" + repeat("\xE2\x82\xAC", 200))}), "unable to fetch file");
    add("no, in 60 KiB", starting, "ensurepresent", array({no, string(repeat("no\n", 20000))}),
        "unable to fetch file");
    add("no, with a password", starting, "ensurepresent",
        array({no, string("http://joe:s3cret@librarian/")}), "//joe:***@librarian");
    add("\"true\"", starting, "ensurepresent", array({string("true"), string("")}), "malformed");
    add("a lone boolean", starting, "ensurepresent", yes, "malformed");
    add("too little", starting, "ensurepresent", array({yes}), "malformed");
    add("an integer", starting, "build", value("<int>1</int>"), "malformed");
    add("nothing", starting, "build", array({}), "malformed");
    add("another word", starting, "build",
        array({string("BuilderStatus.SURE"), string("x\n\x1by")}), "BuilderStatus.SURE");
    add("UNKNOWNSUM", starting, "build",
        array({string("BuilderStatus.UNKNOWNSUM"), string(repeat("no ", 5000))}), "UNKNOWNSUM");
    add("yes, and does nothing", starting, "build",
        array({string("BuilderStatus.BUILDING"), string(cookie)}), "FORGOTTEN");
    add("another word", cancelled, "abort", string("BuilderStatus.NEVER"),
        "did not abort its job within");
    add("yes, and goes on", cancelled, "abort", string("BuilderStatus.ABORTING"),
        "did not abort its job within");
    add("another word", failed, "clean", string("BuilderStatus.DIRTY"),
        "Could not be rescued from");
    add("an array", failed, "clean", array({}), "Could not be rescued from");
    add("yes, and holds it", failed, "clean", string("BuilderStatus.IDLE"), "PACKAGEFAIL");
}

void add_results(std::vector<Misbehaviour>& rows) {
    const auto add = [&](const std::string& name, const std::string& content,
                         const std::string& reason) {
        rows.push_back(says(name, running, "status", content, reason));
    };
    const std::string names[] = {"../x.deb",
                                 "/etc/cron.d/x",
                                 "a/b.deb",
                                 "..",
                                 ".",
                                 "",
                                 ".hidden",
                                 "-rf",
                                 "a\\b",
                                 "a\nb",
                                 "a\tb",
                                 "\x7f",
                                 "a..b",
                                 "a\xC2\x9B",
                                 std::string(300, 'n'),
                                 repeat("\xE2\x82\xAC", 101)};
    for (const auto& name : names)
        add("a result called '" + name.substr(0, 20) + "'", offers(name), "UNTAKEABLE");
    for (const std::string& digest :
         {std::string(40, 'A'), std::string(39, 'a'), std::string(41, 'a'), std::string("../../x"),
          std::string(), std::string("buildlog"), std::string(40, 'g')})
        add("the digest '" + digest + "'", offers("x.deb", digest),
            "is not 40 lower-case hex digits");
    add("a digest that is an integer",
        waiting("BuildStatus.OK", structure({{"x.deb", value("<int>1</int>")}})),
        "is not 40 lower-case hex digits");
    add("1,000 names of 4,000 bytes", many_files(1000, std::string(4000, 'n')), "is too long");
    add("1,001 files", many_files(1001), "more than 1000 files");
    add("20,000 files", many_files(20000), "malformed");
    add("a filemap that is an array", waiting("BuildStatus.OK", array({})), "filemap");
    add("no filemap",
        structure({{"builder_status", string("BuilderStatus.WAITING")},
                   {"build_status", string("BuildStatus.OK")},
                   {"build_id", string(cookie)}}),
        "filemap");
    add("a file it does not have", offers("x.deb"), "HTTP 404");
    add("NUL in a name", offers(std::string("a\0.deb", 6)), "malformed");
    add("an empty filemap", waiting("BuildStatus.OK", structure({})), "OK");
    rows.push_back({"results: one byte is another", built, "fault GET:$R corrupt",
                    "does not match its digest, twice"});
    rows.push_back(
        {"results: one byte is another, once", built, "fault GET:$R corrupt times=1", "OK"});
    rows.push_back({"builder: refuses connections", idle, "down", "cannot connect to"});
    rows.push_back({"builder: refuses connections in the middle of a job", running, "down",
                    "cannot connect to"});
    rows.push_back({"builder: restarts in the middle of a job", running, "forget", "FORGOTTEN"});
    rows.push_back({"results: 5,000 bytes beyond the limit of a file", built,
                    "state WAITING OK $C result-files=1x3000000", "more than"});
    rows.push_back({"results: more than the limit of a job", built,
                    "state WAITING OK $C result-files=9x900000", "the results are larger than"});
    rows.push_back({"results: the log is endless and slow to say so", failed,
                    "state WAITING PACKAGEFAIL $C logsize=50000000", "PACKAGEFAIL"});
    rows.push_back({"results: other files in each answer", built,
                    "fault status body=@$B skip=1\nfault GET http=500 times=1", "UNTAKEABLE",
                    answer(offers("../x"))});
}

}  // namespace

std::vector<Misbehaviour> lying_answers() {
    std::vector<Misbehaviour> rows;
    add_documents(rows);
    add_bytes(rows);
    add_probes(rows);
    add_states(rows);
    add_calls(rows);
    add_results(rows);
    return rows;
}

}  // namespace buildd::test
