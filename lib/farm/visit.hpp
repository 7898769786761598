// One builder's flow through a pass: scan, collect, dispatch, as far as the command asks. It waits
// for nobody else (spec: behaviour §2.2); what it learns in one stage serves the next.
#pragma once

#include <optional>
#include <string>

#include "farm/build_log.hpp"
#include "farm/claim_desk.hpp"
#include "farm/farm.hpp"
#include "farm/file_inquiry.hpp"
#include "farm/ledger.hpp"
#include "model/builder.hpp"
#include "model/start.hpp"
#include "policy/collect.hpp"
#include "policy/ending.hpp"
#include "policy/rescue.hpp"

namespace buildd::farm {

struct Stages {
    bool scan = false;
    bool collect = false;
    bool dispatch = false;
};

class Visit {
 public:
    Visit(Farm& farm, Ledger& ledger, ClaimDesk& desk, FileInquiry& inquiry, Stages stages,
          BuilderFacts builder);

    ~Visit();  // before its end: the pass's own time was over
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;

    net::Task<> run();

 private:
    void refused(const db::StatementError& error);

    // scan (visit_scan.cpp)
    bool should_probe() const;
    net::Task<> scan();
    net::Task<bool> probe();  // echo and info
    net::Task<> rescue_if_lost();
    net::Task<> rescue(std::string cookie, std::string reason, policy::BuilderCall call);
    void watch_aborting();
    bool commit(const policy::PlannedFailure& planned);
    void fail(const std::string& reason, bool counted, bool silent = false);

    // collect (visit_collect.cpp)
    net::Task<> collect();
    std::optional<std::chrono::seconds> build_limit();  // nullopt: not reached
    bool job_state_is_sound();
    net::Task<> apply(policy::CollectDecision decision);
    void leave_alone(const policy::LeaveAlone& left);
    void no_contact(const policy::NoContact& silent);
    void still_running(const policy::StillRunning& running);
    net::Task<> request_abort();
    net::Task<> fetch_results();
    net::Task<> hand_over_results(FetchedLog log);
    net::Task<> end_with_log(policy::EndAttempt end);
    void say_log_is_lost(const FetchError& error);
    net::Task<> not_fetched(const FetchError& error);

    // ending an attempt (visit_end.cpp)
    net::Task<> finish_attempt(policy::EndAttempt end, std::optional<FetchedLog> log);
    policy::Ending plan(const policy::EndAttempt& end, const std::string& dependencies);
    bool commit(const policy::Ending& ending, std::optional<FetchedLog>& log);
    void learn(const policy::Ending& ending);
    net::Task<> free_builder(policy::Freeing freeing, std::string cookie);

    // dispatch (visit_dispatch.cpp)
    bool may_take_a_job() const;
    net::Task<> dispatch();
    void leave_without_room();

    // a claimed job's start (visit_start.cpp)
    net::Task<> go_on_with_start();
    net::Task<> start(PendingJob job);
    BuildArguments arguments_for(const PendingJob& job) const;
    net::Task<bool> learn_info();
    net::Task<bool> send_files(const PendingJob& job);
    net::Task<bool> send_file(const LibraryFile& file);
    std::string what_we_lack(const LibraryFile& file) const;
    net::Task<> not_fetched_by_builder(std::string reason, std::string opening);
    net::Task<Asked> ask_its_server(std::string opening);
    net::Task<Asked> ask_for_late_file();
    std::optional<LibraryFile> awaited_file() const;
    net::Task<bool> ready_to_build();
    net::Task<> send_build(const PendingJob& job, const BuildArguments& arguments);
    net::Task<> ask_what_became_of_build(std::string why);
    net::Task<> undo(policy::Counted counted, std::string detail);
    net::Task<> end_claim(policy::EndAttempt end);
    net::Task<> wait_for_files(std::string reason);
    void note_what_start_waits_for();
    net::Task<> setup_failed(worker::CallError error);
    net::Task<> fail_setup(std::string reason);

    // Asks for status_ unless an earlier stage of this pass has learned it.
    net::Task<> know_status(bool to_its_end = false);

    Farm& farm_;
    Ledger& ledger_;
    ClaimDesk& desk_;
    FileInquiry& inquiry_;
    ClaimDesk::Seat seat_;  // given up as soon as it is clear that no job is wanted
    Stages stages_;
    BuilderFacts builder_;
    worker::Client client_;
    std::optional<WorkerInfo> info_;
    std::string build_type_;                      // to send with build()
    std::optional<Result<WorkerStatus>> status_;  // as of this pass
    Turn turn_;                                   // while its results or log are being taken
    bool over_ = false;
    bool failed_now_ = false;                                            // by this visit
    PassClock::Clock::time_point claimed_at_ = PassClock::Clock::now();  // the job that is started
    bool asked_for_files_ = false;            // for it: the builder may be busy fetching
    std::string waits_for_;                   // the URL of the one that it was asked for last
    std::optional<LibraryFileId> unfetched_;  // that one, which it could not fetch
    Asked heard_ = Asked::no;                 // of that
};

}  // namespace buildd::farm
