#include "farm/work_run.hpp"

#include "db/passes.hpp"
#include "db/schema.hpp"
#include "farm/folders.hpp"
#include "farm/outbox.hpp"
#include "farm/resets.hpp"
#include "farm/settings_check.hpp"
#include "farm/sweep.hpp"
#include "farm/uploads.hpp"
#include "farm/work.hpp"

namespace buildd::farm {

namespace {

// One run of it.
class WorkRun {
 public:
    WorkRun(const LoadedSettings& loaded, const WorkOrder& order, const StopSignals& signals,
            Log& log)
        : signals_(signals),
          loaded_(loaded),
          database_(loaded.settings.database, &signals),
          http_(loop_, {}),
          results_(loop_, 1),
          librarian_(loaded.settings.librarian_root,
                     {loaded.settings.librarian_url, loaded.settings.librarian_restricted_url}),
          farm_{loaded_,  log,        database_, loop_,  http_,
                results_, librarian_, report_,   clock_, order.dry_run} {
        report_.print = order.print;
    }

    ExitStatus run() {
        open_folders(farm_.settings(), db::open_session(database_), farm_.dry_run);
        loop_.watch(signals_.fd(), [this] { throw Interrupted(signals_.pending().value_or(0)); });
        check();
        Work work(farm_);
        if (!uploads_are_stopped(loaded_)) work.add(std::make_unique<UploadKind>(farm_));
        work.add(std::make_unique<ResetKind>(farm_, true, [](const std::string&) {}));
        if (!farm_.dry_run) work.add(std::make_unique<MailKind>(farm_));
        work.run(std::nullopt);
        sweep_after_uploads(farm_);
        farm_.log.info("work: {}", report_.summary());
        return report_.status();
    }

 private:
    void check() {
        loaded_.problems = check_settings(loaded_);
        const auto loud = [this](const std::string& cause) {
            return farm_.dry_run || db::notice_due(database_, cause);
        };
        if (say_problems(loaded_.problems, farm_.log, loud)) report_.needs_person = true;
    }

    const StopSignals& signals_;
    LoadedSettings loaded_;
    db::Database database_;
    net::Loop loop_;
    net::Http http_;
    net::Semaphore results_;
    Librarian librarian_;
    Report report_;
    PassClock clock_;  // of no pass: never over
    Farm farm_;
};

}  // namespace

ExitStatus run_work(const LoadedSettings& loaded, const WorkOrder& order,
                    const StopSignals& signals, Log& log) {
    return WorkRun(loaded, order, signals, log).run();
}

}  // namespace buildd::farm
