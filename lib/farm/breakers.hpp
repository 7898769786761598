// A pass's dealings with common causes of failures (policy/common_cause.hpp): what open ones hold,
// their probes, and, once its builders have been visited, which have come and which have gone.
#pragma once

#include <vector>

#include "db/breakers.hpp"
#include "db/cause_window.hpp"
#include "db/held_jobs.hpp"
#include "farm/farm.hpp"
#include "farm/file_inquiry.hpp"
#include "farm/shared_book.hpp"
#include "farm/suspicion.hpp"
#include "policy/breaker.hpp"

namespace buildd::farm {

class Breakers {
 public:
    Breakers(Farm& farm, FileInquiry& inquiry)
        : farm_(farm), inquiry_(inquiry), book_(farm.settings()) {}

    // Before builders are visited, where a breaker is open: asks for the files of those that are,
    // holds jobs that came since, lets probes go.
    void prepare();
    // After. `left`: failures that an earlier pass has not judged.
    void judge(bool left);

 private:
    struct Question {
        db::BreakerRow* row;
        std::string url, opening;
        Asked heard = Asked::no;
    };
    std::vector<Question> questions();
    net::Task<> ask(Question& question);
    void ask_for_files();
    // Those that share what is to blame, and no others.
    void hold_jobs();
    std::optional<std::int64_t> holder_of(const db::AlikeJobs& jobs);
    void let_probes_go();
    void let_probe_go(const db::BreakerRow& row, bool counts);
    bool is_worth_a_look() const;
    void read_window();
    // breakers_silence.cpp
    void add_silent_without_job();
    void add_builders_that_answer();
    static std::string network_name(const std::string& url);
    // breakers_networks.cpp
    static bool cuts_off(const db::BreakerRow& row);
    void cut_off_networks();
    bool answers_again(const db::BreakerRow& row);
    policy::CauseEnd cause_end(const db::WindowEnd& end);
    policy::Breaker breaker_of(const db::BreakerRow& row);
    void judge_all();
    // `told` is to be said once the transaction is committed.
    std::vector<BuildId> take_back(db::Transaction& transaction, std::int64_t breaker,
                                   const std::string& words, const policy::Cause& cause,
                                   Told& told);
    struct Opened {
        std::string words;
        std::size_t cases = 0, builds_back = 0;
    };
    void open_all(const std::vector<policy::Cause>& found);
    std::optional<Opened> open(db::Transaction& transaction, const policy::Cause& cause,
                               Told& told);
    void note_cases(const policy::Cause& cause);
    db::BreakerRow row_of(const policy::Cause& cause);
    std::string name_of(const policy::Cause& cause);
    std::vector<std::int64_t> evidence_of(const policy::Cause& cause) const;
    void close_those_that_work();
    bool is_forsaken(const db::BreakerRow& row);
    void close_forsaken_ones();
    void tell_open_ones();
    void tell_admins(db::Transaction& transaction, const std::vector<Opened>& opened);

    Farm& farm_;
    FileInquiry& inquiry_;
    SharedBook book_;
    std::vector<db::BreakerRow> open_;
    std::vector<policy::Cause> causes_;  // of open_
    db::CauseWindow window_;
    std::vector<policy::CauseEnd> ends_;  // of window_
    std::vector<int> living_;
};

}  // namespace buildd::farm
