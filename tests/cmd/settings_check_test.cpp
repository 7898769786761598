// What config check says of the settings, every other command says in the same words.
#include "admin.hpp"
#include "base/text.hpp"

using namespace buildd;
using test::Admin;

namespace {

struct Wrong {
    Admin admin;
    const test::TempFolder folder;

    // With one more line in a configuration file.
    test::ProgramRun run(const std::string& line, std::vector<std::string> words) {
        const auto file = folder.write("conf", line + "\n");
        words.insert(words.begin(), {"--config", file});
        return admin.run(words);
    }
    // "FILE, line 1: KEY: …", whatever level stands in front.
    std::string sentence(const std::string& line, const std::vector<std::string>& words) {
        for (const auto& said : split(run(line, words).err, '\n'))
            if (const auto at = said.find(folder.path()); at != said.npos) return said.substr(at);
        return "";
    }
};

}  // namespace

TEST_CASE("config check refuses what a pass would stumble over and names file and line") {
    Wrong wrong;
    const std::string key = GENERATE("keep_failed", "publish_command", "vm_resume_command",
                                     "metrics_file", "job_stall_timeout");
    const std::map<std::string, std::string> lines{
        {"keep_failed", "keep_failed = 30"},
        {"publish_command", "publish_command = /usr/bin/publissh %(changes)s"},
        {"vm_resume_command", "vm_resume_command = true %(vmhost)s"},
        {"metrics_file", "metrics_file = /proc/self/farm.prom"},
        {"job_stall_timeout", "job_stall_timeout = 12"}};
    const std::string line = lines.at(key);
    INFO(line);
    const auto checked = wrong.run(line, {"config", "check"});
    CHECK(checked.status == 78);
    CHECK(checked.out.empty());
    const std::string said = wrong.sentence(line, {"config", "check"});
    CHECK(said.starts_with(wrong.folder.path() + "/conf, line 1: " + key + ": "));
    wrong.admin.farm.sql("DELETE FROM builder");
    const auto pass = wrong.run(line, {"scan"});
    CHECK(pass.err.find(said + "\n") != std::string::npos);
    CHECK(pass.status == (parse_int(line.substr(line.rfind(' ') + 1)) ? 0 : 1));
}

TEST_CASE("every command says what the values alone tell") {
    Wrong wrong;
    const std::string line = "vm_resume_command = true %(vmhost)s";
    const std::string said = wrong.sentence(line, {"config", "check"});
    for (const auto& words : std::vector<std::vector<std::string>>{{"status"},
                                                                   {"queue", "build"},
                                                                   {"builder", "list"},
                                                                   {"config", "show"},
                                                                   {"db", "check"},
                                                                   {"scan", "-n"}}) {
        INFO(words[0]);
        wrong.admin.farm.sql("DELETE FROM notice");
        CHECK(wrong.sentence(line, words) == said);
    }
}

TEST_CASE("queue build says it once an hour since cron runs it") {
    Wrong wrong;
    CHECK(wrong.run("keep_failed = 30", {"queue", "build"}).err.find("no unit") !=
          std::string::npos);
    CHECK(wrong.run("keep_failed = 30", {"queue", "build"}).err.empty());
}
