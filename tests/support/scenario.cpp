#include "support/scenario.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <stdexcept>
#include <thread>

#include "base/files.hpp"
#include "base/text.hpp"
#include "model/labels.hpp"

namespace buildd::test {

Scenario::Scenario(std::string g, std::vector<std::string> names, const std::string& server)
    : generation(std::move(g)),
      farm(server),
      fleet(statements(names),
            {"--web", "librarian=" + farm.file("librarian"), "--web",
             "restricted=" + farm.file("librarian/restricted"), "--smtp-dir", mails_.path()}) {
    farm.connect(fleet, names);
    farm.options.erase("uploader");  // the program's own
    farm.options["librarian_url"] = fleet.web_url() + "librarian";
    farm.options["librarian_restricted_url"] = fleet.web_url() + "restricted";
    farm.options["smtp_url"] = fleet.smtp_url();
}

std::vector<std::string> Scenario::statements(const std::vector<std::string>& names) const {
    std::vector<std::string> out;
    for (const auto& name : names) {
        out.push_back(fmt::format("builder {} arch=i386 generation={}", name, generation));
        out.push_back(name + " fetch download");
    }
    return out;
}

int Scenario::run(std::vector<std::string> words) {
    words.push_back("-vv");
    auto environment = farm.environment();
    if (!preload.empty()) environment["LD_PRELOAD"] = preload;
    last_ = run_program(words, environment);
    return last_.status;
}

std::string Scenario::line_with(const std::string& part) const {
    for (const auto& line : split(last_.err, '\n'))
        if (line.find(part) != std::string::npos) return std::string(line);
    return {};
}

bool Scenario::said(const std::string& line) const {
    const auto lines = split(last_.err, '\n');
    return std::find(lines.begin(), lines.end(), line) != lines.end();
}

std::vector<std::string> Scenario::loud() const {
    std::vector<std::string> lines;
    for (const auto& line : split(last_.err, '\n'))
        if (!line.empty() && !line.starts_with("INFO ") && !line.starts_with("DEBUG "))
            lines.push_back(line);
    return lines;
}

int Scenario::lines_with(const std::string& part) const {
    const auto lines = split(last_.err, '\n');
    return static_cast<int>(std::count_if(lines.begin(), lines.end(), [&](const auto& line) {
        return line.find(part) != std::string::npos;
    }));
}

std::string Scenario::set_up_job(int build, const std::string& builder) {
    cookie_ = farm.give(build, builder);
    farm.sql(fmt::format(
        "UPDATE buildqueue SET buildstart = '2005-01-01 08:00:00+00' WHERE build = {}", build));
    return cookie_;
}

void Scenario::wait_with(const std::string& build_status, const std::string& more) {
    const std::string log = files_.write("log", "This is a build log");
    fleet.say(fmt::format("bob state WAITING {} {} log={} {}", build_status, cookie_, log, more));
}

int Scenario::collect_waiting(const std::string& build_status, const std::string& more) {
    wait_with(build_status, more);
    return run({"collect"});
}

void Scenario::uploader(const std::string& script) {
    farm.options["uploader"] = "/bin/sh " + files_.write("uploader", script);
}

void Scenario::await(const std::function<bool()>& true_at_last) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!true_at_last()) {
        if (std::chrono::steady_clock::now() > give_up) throw std::runtime_error("waited in vain");
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

std::string Scenario::aborted(const std::string& cookie) const {
    return (generation == "current" ? "WAITING ABORTED " : "ABORTED ") + cookie;
}

std::string Scenario::build(const std::string& expression, int id) {
    return farm.value(fmt::format("SELECT {} FROM build WHERE id = {}", expression, id));
}

std::string Scenario::job(const std::string& expression, int build) {
    return farm.value(fmt::format("SELECT {} FROM buildqueue WHERE build = {}", expression, build));
}

std::string Scenario::title_of_state(int build) {
    return std::string(title(*from_label<BuildState>(farm.state(build))));
}

bool Scenario::has_info(int id) {
    return build(
               "builder = 1 AND datebuilt > now() - interval '1 min' AND buildduration > "
               "interval '7000 days' AND buildlog IS NOT NULL",
               id) == "true";
}

std::string Scenario::log_name(int build) {
    return farm.value(
        fmt::format("SELECT filename FROM libraryfilealias JOIN build ON buildlog = "
                    "libraryfilealias.id WHERE build.id = {}",
                    build));
}

std::string Scenario::log_url(int id) {
    return fmt::format("{}/{}/{}", farm.options["librarian_url"], build("buildlog", id),
                       log_name(id));
}

std::vector<std::string> Scenario::mail_texts() const {
    std::vector<std::string> texts;
    const auto names = list_folder(mails_.path());
    for (const auto& name : *names) texts.push_back(read(mails_.path() + "/" + name));
    return texts;
}

std::vector<std::string> Scenario::recipients() const {
    const std::string mark = "X-Envelope-To: ";
    std::vector<std::string> found;
    for (const auto& text : mail_texts())
        for (const auto& line : split(text, '\n'))
            if (line.starts_with(mark)) found.push_back(line.substr(mark.size()));
    std::sort(found.rbegin(), found.rend());
    return found;
}

std::string Scenario::mail() const {
    const auto texts = mail_texts();
    return texts.empty() ? "" : replace_all(texts.back(), "=\n", "");
}

std::string Scenario::mails() const {
    return replace_all(join(mail_texts(), "\n"), "=\n", "");
}

int Scenario::start(int build, const std::string& builder) {
    farm.sql(
        fmt::format("DELETE FROM buildqueue; INSERT INTO buildqueue (build) VALUES ({}); "
                    "UPDATE builder SET architecturetag = 'i386' WHERE name = '{}'",
                    build, builder));
    fleet.say(builder + " reset");
    fleet.clear_calls();
    return run({"dispatch"});
}

int Scenario::ensured(const std::string& builder) const {
    const auto calls = fleet.calls(builder);
    return static_cast<int>(std::count_if(calls.begin(), calls.end(), [](const auto& call) {
        return call.method == "ensurepresent" && call.answer == "ok";
    }));
}

std::vector<std::string> Scenario::archives(const std::string& builder) const {
    const std::string mark = "archives ";
    std::vector<std::string> found;
    for (const auto& line : split(fleet.arguments(builder), '\n'))
        if (line.starts_with(mark)) found.push_back(line.substr(mark.size()));
    std::sort(found.begin(), found.end());
    return found;
}

std::string Scenario::argument(const std::string& name, const std::string& builder) const {
    for (const auto& line : split(fleet.arguments(builder), '\n'))
        if (line.starts_with(name + " ")) return line.substr(name.size() + 1);
    return "";
}

}  // namespace buildd::test
