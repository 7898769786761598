#include "farm/work_run.hpp"

#include "farm/outbox.hpp"
#include "farm/resets.hpp"
#include "farm/run.hpp"
#include "farm/settings_check.hpp"
#include "farm/sweep.hpp"
#include "farm/uploads.hpp"
#include "farm/work.hpp"

namespace buildd::farm {

ExitStatus run_work(const LoadedSettings& loaded, const WorkOrder& order,
                    const StopSignals& signals, Log& log) {
    Run run(loaded, {"work", {}, order.dry_run, order.print}, signals, log);
    Farm& farm = run.farm;
    run.open();
    run.say_settings();
    Work work(farm);
    if (!uploads_are_stopped(farm.loaded)) work.add(std::make_unique<UploadKind>(farm));
    work.add(std::make_unique<ResetKind>(farm, true, [](const std::string&) {}));
    if (!farm.dry_run) work.add(std::make_unique<MailKind>(farm));
    work.run(std::nullopt);
    sweep_after_uploads(farm);
    farm.log.info("work: {}", farm.report.summary());
    return farm.report.status();
}

}  // namespace buildd::farm
