// The order of system calls that durability rests on: SIGKILL cannot show a missing fsync, since
// the kernel keeps what it was told; a power cut does not.
//
// Rules (spec: behaviour §2.4):
//   named    A file gets its lasting name (rename, link) only after fsync of its content.
//   relied   When a COMMIT names a leaf or a library file: its content is fsynced, and so is every
//            folder on the way to it that got a new entry.
//   cleaned  clean() goes to a builder only after the COMMIT that records its job's attempt.
//   asked    build() goes to a builder only when its last call before that was status(), after the
//            claim was committed and the dispatch noted.
//   kept     The librarian's pending marker goes only after the COMMIT that names the file.
//   settled  A leaf leaves incoming/ for accepted/ only after the COMMIT of its packages.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "crash/options.hpp"

namespace crash {

class DurabilityRules {
 public:
    // `root`: the farm's. `jobs`: by a builder's port, the cookie of the job it holds.
    DurabilityRules(std::string root, std::map<std::string, std::string> jobs)
        : root_(std::move(root)), jobs_(std::move(jobs)) {}

    void see(const CallText& call);

    const std::vector<std::string>& violations() const { return violations_; }
    // How often each rule was put to the test.
    const std::map<std::string, int>& checked() const { return checked_; }

 private:
    void see_rename(const CallText& call);
    void see_link(const CallText& call);
    void see_fsync(const std::string& path);
    void see_unlink(const CallText& call);
    void see_send(const CallText& call);
    void see_statement(const std::string& session, const std::string& text);
    void see_request(const CallText& call);
    void commit(const std::string& statements);
    void move_entry(const std::string& from, const std::string& to);
    bool content_synced(const std::string& path) const;
    std::string unsynced_on_the_way(const std::string& path) const;
    bool relies_on(const std::string& statements, const std::string& path) const;
    void rule(const std::string& name, bool holds, const std::string& text);

    std::string root_;
    std::map<std::string, std::string> jobs_;
    std::map<std::string, int> content_;  // by path; links share one
    int next_content_ = 0;
    std::map<int, bool> written_;                   // since the last fsync, by content
    std::set<std::string> fresh_;                   // entries not yet fsynced with their folder
    std::map<std::string, std::string> open_;       // statements since BEGIN, by session
    std::string committed_;                         // statements of all committed transactions
    std::map<std::string, std::string> last_call_;  // by port
    std::vector<std::string> violations_;
    std::map<std::string, int> checked_;
};

// Watches an unharmed run of each play; prints rules and violations, answers their number.
int check_durability(const Options& options);

}  // namespace crash
