#include "farm/run.hpp"

#include "db/passes.hpp"
#include "farm/folders.hpp"
#include "farm/settings_check.hpp"

namespace buildd::farm {

Run::Run(const LoadedSettings& settings, const RunOrder& order, const StopSignals& signals,
         Log& log)
    : signals_(signals),
      loaded_(settings),
      database_(settings.settings.database, &signals, "buildd-master " + order.command),
      http_(loop_, order.budget),
      results_(loop_, order.budget.max_transfers),
      librarian_(librarian_of(settings.settings)),
      farm{loaded_,  log,        database_, loop_,  http_,
           results_, librarian_, report_,   clock_, order.dry_run} {
    report_.print = order.print;
}

void Run::open(db::Patience patience) {
    open_folders(farm.settings(), db::open_session(database_, patience), farm.dry_run);
    loaded_.problems = check_settings(loaded_);
    loop_.watch(signals_.fd(), [this] { throw Interrupted(signals_.pending().value_or(0)); });
}

void Run::say_settings() {
    const auto loud = [this](const db::Notice& notice) {
        return farm.dry_run || db::notice_due(database_, notice);
    };
    if (say_problems(loaded_.problems, farm.log, loud)) report_.needs_person = true;
}

}  // namespace buildd::farm
