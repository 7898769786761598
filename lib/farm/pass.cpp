#include "farm/pass.hpp"

#include <algorithm>
#include <csignal>
#include <deque>
#include <sys/resource.h>
#include <unistd.h>

#include "base/text.hpp"
#include "db/passes.hpp"
#include "db/snapshot.hpp"
#include "farm/breakers.hpp"
#include "farm/cut_short.hpp"
#include "farm/held_rows.hpp"
#include "farm/locks.hpp"
#include "farm/metrics.hpp"
#include "farm/missing.hpp"
#include "farm/outbox.hpp"
#include "farm/resets.hpp"
#include "farm/run.hpp"
#include "farm/settings_check.hpp"
#include "farm/sweep.hpp"
#include "farm/uploads.hpp"
#include "farm/work.hpp"

namespace buildd::farm {

namespace {

// Everything but connections to builders: database, log, lock, helper threads, children's pipes.
constexpr std::size_t reserved_files = 48;
constexpr std::size_t max_transfers = 32;
constexpr std::size_t files_per_transfer = 3;  // socket, file, folder

// Raises the soft limit on open files to the hard one, and divides it (L31).
net::HttpOptions connection_budget(const Settings& settings) {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
    const auto files = static_cast<std::size_t>(std::min<rlim_t>(limit.rlim_cur, 1 << 20));
    net::HttpOptions options;
    const std::size_t free = files > reserved_files ? files - reserved_files : 0;
    options.max_transfers = std::clamp<std::size_t>(free / 8, 2, max_transfers);
    const std::size_t transfer_files = options.max_transfers * files_per_transfer;
    const std::size_t left = free > transfer_files ? free - transfer_files : 0;
    options.max_calls =
        std::clamp<std::size_t>(left, 4, static_cast<std::size_t>(settings.max_connections));
    return options;
}

class Pass {
 public:
    Pass(const LoadedSettings& loaded, const PassOrder& order, const StopSignals& signals, Log& log)
        : order_(order),
          signals_(signals),
          run_(loaded,
               {order.command, connection_budget(loaded.settings), order.dry_run, order.print},
               signals, log),
          farm_(run_.farm) {}

    ExitStatus run() {
        try {
            return run_whole();
        } catch (const db::StatementError& error) {
            if (error.is_busy()) end_if_table_is_locked(farm_.database);
            throw;
        }
    }

 private:
    ExitStatus run_whole() {
        run_.open(db::Patience::pass);
        if (!run_locked()) return ExitStatus::busy;
        say_how_it_went();
        if (!order_.no_work && work_waits()) do_work();
        finish();
        return farm_.report.status();
    }

    bool take() {
        if (order_.dry_run) return db::try_lock(farm_.database, db::FarmLock::pass);
        const auto start = db::start_pass(farm_.database, db::FarmLock::pass, order_.command,
                                          host_name(), ::getpid());
        diary_ = start.value_or(db::PassStart());
        return start.has_value();
    }

    bool run_locked() {
        const auto lock = take_lock(farm_.settings(), farm_.database,
                                    {db::FarmLock::pass, order_.command, order_.wait,
                                     [this] { return take(); }, order_.dry_run},
                                    signals_, farm_.log);
        if (!lock) return false;
        started_ = std::chrono::steady_clock::now();
        run_.say_settings();
        farm_.clock.start(farm_.loop, farm_.http, farm_.settings().pass_timeout);
        if (order_.stages.collect) sweep_before_pass(farm_);
        visit_builders();
        if (order_.stages.scan) tell_what_is_missing(farm_);
        write_diary();
        return true;
    }

    // `only`: these builders, if given.
    void visit_builders(const std::vector<std::string>* only = nullptr) {
        FileInquiry inquiry(farm_);
        Breakers breakers(farm_, inquiry);
        if (only != nullptr || diary_.has_breakers) breakers.prepare();
        Ledger ledger(farm_);
        std::deque<BuilderFacts> builders = db::read_builders(farm_.database);
        const bool cut_before =
            only == nullptr && std::any_of(builders.begin(), builders.end(),
                                           [](const auto& one) { return one.cut_before; });
        if (only != nullptr)
            std::erase_if(builders, [&](const BuilderFacts& builder) {
                return std::find(only->begin(), only->end(), builder.name) == only->end();
            });
        leave_to_resets(farm_, builders);
        ClaimDesk desk(farm_, builders.size());
        if (order_.stages.dispatch) desk.read_claims(builders);
        farm_.loop.spawn(begin(builders, ledger, desk, inquiry));
        try {
            farm_.loop.run();
        } catch (const PassTimeout&) {
            farm_.log.warning("The pass has taken {}; what is unfinished is left to the next",
                              show_duration(farm_.settings().pass_timeout));
        }
        farm_.clock.stop();
        farm_.http.go_on();
        ledger.flush();
        breakers.judge(diary_.left_to_judge);
        note_cut_short(farm_, order_.command, cut_before);
    }

    // One after the other as there is room: ten thousand flows that wait take a lot of memory, and
    // so do the facts that they have taken over.
    net::Task<> begin(std::deque<BuilderFacts>& builders, Ledger& ledger, ClaimDesk& desk,
                      FileInquiry& inquiry) {
        const PassContext shared{farm_, ledger, desk, inquiry, order_.stages};
        for (; !builders.empty(); builders.pop_front()) {
            co_await farm_.http.room_for_a_call();
            if (farm_.http.is_cut()) {
                farm_.report.passed_over.push_back(builders.front().name);
                continue;
            }
            farm_.loop.spawn(attend(shared, std::move(builders.front())));
            co_await farm_.loop.let_others_run();
        }
    }

    bool work_waits() const {
        const bool own = order_.stages.collect || order_.stages.dispatch;
        if (order_.dry_run || after_.resets) return own;
        return order_.stages.collect &&
               (after_.uploads || after_.mails || after_.moves || sweep_is_due(farm_));
    }

    // Without any lock of a pass, so that a slow item never stops the next minute's.
    void do_work() {
        const bool collects = order_.stages.collect;
        std::vector<std::string> cleaned;
        Work work(farm_);
        if (collects && !uploads_are_stopped(farm_.loaded))
            work.add(std::make_unique<UploadKind>(farm_));
        work.add(std::make_unique<ResetKind>(
            farm_, !collects, [&](const std::string& name) { cleaned.push_back(name); }));
        if (collects && !order_.dry_run) work.add(std::make_unique<MailKind>(farm_));
        work.run(farm_.settings().pass_timeout);
        if (collects)
            sweep_after_uploads(farm_);
        else if (!cleaned.empty())
            claim_again(cleaned);
    }

    // dispatch gives builders that have become CLEAN their jobs at once: a cycle's are the next
    // one's.
    void claim_again(const std::vector<std::string>& builders) {
        const auto lock =
            take_lock(farm_.settings(), farm_.database,
                      {db::FarmLock::pass, order_.command, order_.wait, {}}, signals_, farm_.log);
        if (!lock) return;  // that pass gives them jobs
        farm_.clock.start(farm_.loop, farm_.http, farm_.settings().pass_timeout);
        const auto cut = std::exchange(farm_.report.cut, {});  // noted already
        const auto passed_over = std::exchange(farm_.report.passed_over, {});
        visit_builders(&builders);
        farm_.report.cut.insert(farm_.report.cut.end(), cut.begin(), cut.end());
        farm_.report.passed_over.insert(farm_.report.passed_over.end(), passed_over.begin(),
                                        passed_over.end());
    }

    void say_how_it_went() {
        said_ = farm_.report.summary();
        const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - started_);
        farm_.log.info("{}: {}, in {:.2f} s", order_.command, said_,
                       static_cast<double>(took.count()) / 1000);
    }

    // What the work after the pass has changed.
    void finish() {
        const bool news = farm_.report.summary() != said_;
        if (news || farm_.report.status() != noted_) write_diary();
        if (!order_.dry_run) put_metrics();
        if (farm_.report.status() != noted_) write_diary();
        farm_.log.debug("{} database round trips", farm_.database.round_trips());
        if (news)
            farm_.log.info("{}, with the work after it: {}", order_.command,
                           farm_.report.summary());
    }

    // A file that cannot be written needs a person, but the pass is done.
    void put_metrics() {
        if (farm_.loaded.stopped("metrics_file") != nullptr) return;
        const auto written = write_metrics(farm_.settings(), farm_.database, farm_.report);
        if (!written) farm_.needs_person("metrics", Level::ERROR, written.error().message);
    }

    void write_diary() {
        noted_ = farm_.report.status();
        if (!order_.dry_run)
            after_ = db::finish_pass(farm_.database, diary_.id, static_cast<int>(noted_),
                                     farm_.report.summary());
    }

    const PassOrder& order_;
    const StopSignals& signals_;
    Run run_;
    Farm& farm_;
    db::PassStart diary_;
    db::AfterPass after_;
    std::string said_;                     // how the pass went
    ExitStatus noted_ = ExitStatus::done;  // in the diary
    std::chrono::steady_clock::time_point started_;
};

}  // namespace

ExitStatus run_pass(const LoadedSettings& loaded, const PassOrder& order,
                    const StopSignals& signals, Log& log) {
    if (order.stages.dispatch && loaded.settings.librarian_url.empty())
        throw Failure(ExitStatus::bad_config,
                      "librarian_url: builders fetch their files there, so dispatch needs it");
    return Pass(loaded, order, signals, log).run();
}

}  // namespace buildd::farm
