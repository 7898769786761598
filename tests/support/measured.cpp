#include "support/measured.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "support/temp_folder.hpp"

namespace buildd::test {

namespace {

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> out;
    for (auto& word : words) out.push_back(word.data());
    out.push_back(nullptr);
    return out;
}

// VmHWM; 0 when the process is gone, or is still a copy of this one.
long peak_of(pid_t pid) {
    std::ifstream status(fmt::format("/proc/{}/status", pid));
    std::string line;
    if (!std::getline(status, line) || line != "Name:\tbuildd-master") return 0;
    while (std::getline(status, line))
        if (line.starts_with("VmHWM:")) return std::atol(line.c_str() + 6);
    return 0;
}

}  // namespace

int status_of(int wait_status) {
    return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

pid_t start_program(const std::vector<std::string>& arguments,
                    const std::map<std::string, std::string>& environment,
                    const std::string& log_file, const std::string& folder) {
    std::vector<std::string> words{"buildd-master"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<std::string> variables{"HOME=" + folder, "TMPDIR=" + folder,
                                       std::string("PATH=") + std::getenv("PATH")};
    for (const auto& [name, value] : environment) variables.push_back(name + "=" + value);
    const auto argv = pointers(words), envp = pointers(variables);
    const pid_t pid = ::fork();
    if (pid < 0) throw std::runtime_error("cannot fork");
    if (pid > 0) return pid;
    const int out = ::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(out, STDERR_FILENO);
    if (::chdir(folder.c_str()) == 0) ::execve(PROGRAM, argv.data(), envp.data());
    ::_exit(127);
}

MeasuredRun run_measured(const std::vector<std::string>& arguments,
                         const std::map<std::string, std::string>& environment,
                         const std::string& folder) {
    const std::string log = folder + ".log";
    std::filesystem::remove(log);
    const auto start = std::chrono::steady_clock::now();
    const pid_t pid = start_program(arguments, environment, log, folder);
    MeasuredRun run;
    int status = 0;
    while (::waitpid(pid, &status, WNOHANG) == 0) {
        run.peak_kib = std::max(run.peak_kib, peak_of(pid));
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    run.status = status_of(status);
    run.log = read(log);
    std::filesystem::remove(log);
    return run;
}

}  // namespace buildd::test
