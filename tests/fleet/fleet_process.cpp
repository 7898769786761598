#include "fleet/fleet_process.hpp"

#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <signal.h>
#include <sstream>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "fleet/http_client.hpp"

namespace fleet {

namespace fs = std::filesystem;

namespace {

std::string make_folder() {
    std::string path = (fs::temp_directory_path() / "fleet-test-XXXXXX").string();
    if (::mkdtemp(path.data()) == nullptr) throw std::runtime_error("cannot make " + path);
    return path;
}

std::string text_of(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

// Tries until it works, for at most 30 seconds.
bool comes_true(const std::function<bool()>& test) {
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + std::chrono::seconds(30);
    while (!test()) {
        if (Clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
}

std::vector<std::string> fields_of(const std::string& line) {
    std::vector<std::string> fields;
    std::istringstream stream(line);
    for (std::string field; std::getline(stream, field, '\t');) fields.push_back(field);
    return fields;
}

[[noreturn]] void become(std::vector<std::string>& command, const std::string& errors) {
    std::vector<char*> words;
    for (std::string& word : command) words.push_back(word.data());
    words.push_back(nullptr);
    ::dup2(::open("/dev/null", O_WRONLY), STDOUT_FILENO);
    ::dup2(::open(errors.c_str(), O_WRONLY | O_CREAT, 0600), STDERR_FILENO);
    ::execv(words[0], words.data());
    ::_exit(127);
}

}  // namespace

Fleet::Fleet(const std::vector<std::string>& statements, const std::vector<std::string>& options)
    : folder_(make_folder()) {
    std::ofstream script(folder_ + "/script");
    for (const std::string& line : statements) script << line << "\n";
    script.close();
    try {
        start(options);
    } catch (...) {
        stop();
        throw;
    }
}

Fleet::~Fleet() {
    stop();
}

void Fleet::start(const std::vector<std::string>& options) {
    const std::string ready = folder_ + "/ready", errors = folder_ + "/errors";
    std::vector<std::string> command{FLEET_BINARY, "--script", folder_ + "/script", "--ready",
                                     ready,        "--work",   folder_ + "/work"};
    command.insert(command.end(), options.begin(), options.end());
    pid_ = ::fork();
    if (pid_ == 0) become(command, errors);
    bool ended = false;
    const bool listens = comes_true([&] {
        ended = ::waitpid(pid_, nullptr, WNOHANG) == pid_;
        return ended || fs::exists(ready);
    });
    if (ended) pid_ = 0;
    if (ended || !listens) throw std::runtime_error("the fleet does not start: " + text_of(errors));
    read_ready_file();
}

void Fleet::stop() {
    int status = 0;
    if (pid_ > 0) {
        ::kill(pid_, SIGTERM);
        ::waitpid(pid_, &status, 0);
    }
    // With a simulator that has crashed no test result is worth anything.
    if (status != 0) {
        std::cerr << "the fleet ended badly: " << text_of(folder_ + "/errors") << std::endl;
        std::abort();
    }
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

void Fleet::read_ready_file() {
    std::ifstream file(folder_ + "/ready");
    for (std::string line; std::getline(file, line);) {
        const auto blank = line.rfind(' ');
        urls_[line.substr(0, blank)] = line.substr(blank + 1);
    }
}

std::string Fleet::url_of(const std::string& what) const {
    const auto found = urls_.find(what);
    if (found == urls_.end()) throw std::runtime_error("the fleet has no " + what);
    return found->second;
}

std::string Fleet::url(const std::string& builder) const {
    const auto found = urls_.find("builder " + builder);
    if (found != urls_.end()) return found->second;
    return fields_of(ask("state?builder=" + builder)).at(1);
}

std::string Fleet::ask(const std::string& path) const {
    const auto answer = http("GET", control_url() + path);
    if (answer.status != 200) throw std::runtime_error(answer.error + answer.body);
    return answer.body;
}

void Fleet::say(const std::string& lines) {
    const auto answer = http("POST", control_url(), lines);
    if (answer.status != 200) throw std::runtime_error(answer.error + answer.body);
}

BuilderState Fleet::full_state(const std::string& builder) const {
    const std::string line = ask("state?builder=" + builder);
    const auto fields = fields_of(line.substr(0, line.find('\n')));
    if (fields.size() != 7) throw std::runtime_error("the fleet has no builder " + builder);
    return {fields[2], fields[3], fields[4], std::stoi(fields[5]), std::stoi(fields[6])};
}

BuilderState Fleet::await_state(const std::string& builder, const std::string& word) const {
    BuilderState state;
    const bool came = comes_true([&] {
        state = full_state(builder);
        return state.word == word;
    });
    if (!came) throw std::runtime_error(builder + " stays " + state.word);
    return state;
}

std::vector<CallLine> Fleet::calls(const std::string& builder, int since) const {
    std::vector<CallLine> calls;
    std::istringstream lines(ask("calls?builder=" + builder + "&since=" + std::to_string(since)));
    for (std::string line; std::getline(lines, line);) {
        const auto fields = fields_of(line);
        calls.push_back(
            {fields.at(1), fields.at(2), fields.at(3), fields.at(4), std::stoi(fields.at(0))});
    }
    return calls;
}

int Fleet::count(const std::string& method) const {
    std::istringstream lines(ask("counts"));
    std::string name;
    for (int number = 0; lines >> name >> number;)
        if (name == method) return number;
    return 0;
}

void Fleet::clear_calls() {
    const auto answer = http("POST", control_url() + "clear-calls");
    if (answer.status != 200) throw std::runtime_error(answer.error + answer.body);
}

int Fleet::mails() const {
    return std::stoi(ask("mails"));
}

int Fleet::silent_mails() const {
    return std::stoi(ask("silent-mails"));
}

std::string Fleet::arguments(const std::string& builder) const {
    return ask("args?builder=" + builder);
}

}  // namespace fleet
