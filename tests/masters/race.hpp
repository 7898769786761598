// A farm on which passes of two hosts, `work`, queue building and an admin go on at once.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "support/scenario.hpp"

namespace buildd::test {

class Race {
 public:
    // `many`: 200 builders and 1,000 sources; else 40 and 200. A quarter of each is a PPA's.
    explicit Race(bool many);

    // Until the builders were sent so many builds, or a program ended with what it must not.
    void run(int dispatches);
    // Lets what runs come to its end, without new work.
    void settle();

    bool only_ended_as_documented();
    int started() const { return started_; }    // build() calls that the builders saw
    int accepted() const { return accepted_; }  // of them
    int sent_twice() const;                     // cookies
    int wrecked() const;                        // jobs by a build() that came while another ran
    int holding() const;                        // builders with a job
    std::string jobs_lost();
    std::string attempts();
    std::string deadlocks();

    // What `work` did: each a line that its command wrote down.
    std::size_t uploads() const { return lines("uploads").size(); }
    std::size_t resets() const { return lines("resets").size(); }
    std::size_t uploaded_twice() const;          // leaves
    std::size_t at_once() const;                 // uploads and resets that met their like
    std::vector<std::string> not_reset() const;  // PPA builders that built more often

    std::string programs() const;  // "3 with 0, 1 with 75"
    std::string logs() const;
    Scenario& farm() { return it_; }

 private:
    struct Stop {
        std::atomic<bool>& flag;
        ~Stop() { flag = true; }
    };

    template <class Act>
    void loop(Act act) {
        while (!stop_) act();
    }
    void cycle(const std::string& host);
    void work(const std::string& host);
    void build_queue();
    void admin();
    void program(const std::string& host, const std::vector<std::string>& words);
    void read_calls();
    std::vector<std::string> names() const;
    std::vector<std::string> lines(const std::string& file) const;
    // A script that notes "$what" in `file`, and in `at-once` where another does the same.
    std::string alone(const std::string& file, const std::string& what) const;

    const int builders_, sources_;
    Scenario it_;
    std::map<std::string, std::string> environment_;
    std::atomic<bool> stop_ = false;
    std::mutex mutex_;
    std::map<int, int> statuses_;
    std::map<std::string, int> sent_, built_;  // build() calls by cookie, by builder
    int last_call_ = 0, started_ = 0, accepted_ = 0;
    std::minstd_rand random_;
};

}  // namespace buildd::test
