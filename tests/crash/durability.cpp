#include "crash/durability.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "base/files.hpp"
#include "base/text.hpp"

namespace crash {

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

bool below(const std::string& path, const std::string& folder) {
    return path.starts_with(folder + "/");
}

// "echo" of an XML-RPC call.
std::string method_of(const std::string& request) {
    const std::string mark = "<methodName>";
    const auto at = request.find(mark);
    if (at == std::string::npos) return "GET";
    return request.substr(at + mark.size(), request.find('<', at + 1) - at - mark.size());
}

std::string port_of(const std::string& request) {
    const std::string mark = "Host: 127.0.0.1:";
    const auto at = request.find(mark);
    if (at == std::string::npos) return "";
    const auto start = at + mark.size();
    return request.substr(start, request.find('\r', start) - start);
}

}  // namespace

void DurabilityRules::rule(const std::string& name, bool holds, const std::string& text) {
    ++checked_[name];
    if (!holds) violations_.push_back(name + ": " + text);
}

void DurabilityRules::see(const CallText& call) {
    if (call.name == "write" || call.name == "pwrite64" || call.name == "writev") {
        const auto content = content_.try_emplace(call.target, next_content_++);
        written_[content.first->second] = true;
    } else if (call.name == "openat" || call.name == "open" || call.name.starts_with("mkdir")) {
        fresh_.insert(call.target);
    } else if (call.name.starts_with("rename")) {
        see_rename(call);
    } else if (call.name.starts_with("link")) {
        see_link(call);
    } else if (call.name == "fsync" || call.name == "fdatasync") {
        see_fsync(call.target);
    } else if (call.name.starts_with("unlink") || call.name == "rmdir") {
        see_unlink(call);
    } else if (call.name.starts_with("send")) {
        see_send(call);
    }
}

void DurabilityRules::see_rename(const CallText& call) {
    rule("named", content_synced(call.target), call.target + " was renamed before its fsync");
    if (below(call.target, root_ + "/incoming") && below(call.second, root_ + "/accepted"))
        rule("settled", has(committed_, buildd::base_name(call.target)),
             call.target + " was moved before the COMMIT of its packages");
    move_entry(call.target, call.second);
    fresh_.insert(call.second);
}

// A folder takes everything in it along.
void DurabilityRules::move_entry(const std::string& from, const std::string& to) {
    std::map<std::string, int> content;
    for (const auto& [path, number] : content_)
        content[path == from || below(path, from) ? to + path.substr(from.size()) : path] = number;
    content_ = std::move(content);
    std::set<std::string> fresh;
    for (const auto& path : fresh_)
        if (path != from) fresh.insert(below(path, from) ? to + path.substr(from.size()) : path);
    fresh_ = std::move(fresh);
}

void DurabilityRules::see_link(const CallText& call) {
    rule("named", content_synced(call.target), call.target + " was linked before its fsync");
    const auto content = content_.find(call.target);
    content_[call.second] = content == content_.end() ? next_content_++ : content->second;
    fresh_.insert(call.second);
}

void DurabilityRules::see_fsync(const std::string& path) {
    const auto content = content_.find(path);
    if (content != content_.end()) written_[content->second] = false;
    std::erase_if(fresh_, [&](const auto& entry) { return buildd::parent_of(entry) == path; });
}

void DurabilityRules::see_unlink(const CallText& call) {
    const auto content = content_.find(call.target);
    if (buildd::parent_of(call.target) == root_ + "/librarian/pending" && content != content_.end())
        for (const auto& [path, number] : content_)
            if (number == content->second && path != call.target)
                rule("kept", has(committed_, buildd::base_name(path)),
                     call.target + " was removed before the COMMIT that names " + path);
    content_.erase(call.target);
    fresh_.erase(call.target);
}

bool DurabilityRules::content_synced(const std::string& path) const {
    const auto content = content_.find(path);
    if (content == content_.end()) return true;
    const auto written = written_.find(content->second);
    return written == written_.end() || !written->second;
}

// "" when every entry from the root down to the file is fsynced with its folder.
std::string DurabilityRules::unsynced_on_the_way(const std::string& path) const {
    for (std::string entry = path; below(entry, root_); entry = buildd::parent_of(entry))
        if (fresh_.contains(entry)) return entry;
    return "";
}

void DurabilityRules::see_send(const CallText& call) {
    if (call.data.starts_with("POST ") || call.data.starts_with("GET ")) return see_request(call);
    if (call.data.starts_with('Q') || call.data.starts_with('P'))
        see_statement(call.target, call.data);
}

void DurabilityRules::see_statement(const std::string& session, const std::string& text) {
    if (has(text, "COMMIT")) {
        commit(open_[session]);
        open_.erase(session);
    } else if (has(text, "ROLLBACK")) {
        open_.erase(session);
    } else if (has(text, "BEGIN")) {
        open_[session] = "";
    } else if (open_.contains(session)) {
        open_[session] += text;
    } else {
        committed_ += text;
    }
}

// The uploader's own log is told to nobody but people: no commit relies on it.
bool DurabilityRules::relies_on(const std::string& statements, const std::string& path) const {
    if (path.ends_with("/uploader.log")) return false;
    const std::string incoming = root_ + "/incoming/";
    if (path.starts_with(incoming)) {
        const std::string leaf =
            path.substr(incoming.size(), path.find('/', incoming.size()) - incoming.size());
        return has(statements, leaf);
    }
    return below(path, root_ + "/librarian") && !below(path, root_ + "/librarian/pending") &&
           has(statements, "INSERT INTO libraryfile") && has(statements, buildd::base_name(path));
}

void DurabilityRules::commit(const std::string& statements) {
    for (const auto& [path, content] : content_) {
        if (!relies_on(statements, path)) continue;
        rule("relied", content_synced(path), path + " was committed before its fsync");
        const std::string fresh = unsynced_on_the_way(path);
        rule("relied", fresh.empty(),
             fmt::format("{} was committed before the fsync of the folder of {}", path, fresh));
    }
    committed_ += statements;
}

void DurabilityRules::see_request(const CallText& call) {
    const std::string method = method_of(call.data);
    const std::string port = port_of(call.data);
    const auto job = jobs_.find(port);
    if (method == "clean" && job != jobs_.end()) {
        rule("cleaned", has(committed_, job->second),
             fmt::format("clean() of {} before the COMMIT of its attempt", job->second));
        jobs_.erase(job);
    }
    if (method == "build") {
        rule("asked", last_call_[port] == "status",
             fmt::format("build() after {}(), not status()", last_call_[port]));
        // In this pass, or in an earlier one whose start this one goes on with.
        const bool claimed = has(committed_, "SET builder = taken.builder") ||
                             has(committed_, "SET buildstart = coalesce(watched_since");
        rule("asked", claimed, "build() before the claim");
        rule("asked", has(committed_, "SET dispatched = now()"), "build() was not noted before");
    }
    last_call_[port] = method;
}

int check_durability(const Options& options) {
    int violated = 0;
    for (const auto* play : options.plays) {
        Theatre theatre(fmt::format("crash_{}", ::getpid()), options.program);
        DurabilityRules rules(theatre.root(), theatre.jobs_by_port());
        const auto end = theatre.run(*play, {}, [&](const CallText& call) { rules.see(call); });
        std::string figures;
        for (const auto& [name, times] : rules.checked())
            figures += fmt::format(" {} {}", name, times);
        fmt::print("{:<16} {} violations; rules checked:{}\n", play->name,
                   rules.violations().size(), figures);
        for (const auto& violation : rules.violations()) fmt::print("  {}\n", violation);
        violated += static_cast<int>(rules.violations().size() + end.violations.size());
    }
    return violated;
}

}  // namespace crash
