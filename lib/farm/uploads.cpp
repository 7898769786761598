#include "farm/uploads.hpp"

#include <unistd.h>

#include "base/failure.hpp"
#include "base/files.hpp"
#include "base/lock_file.hpp"
#include "base/text.hpp"
#include "db/uploads.hpp"
#include "farm/settle.hpp"
#include "net/process.hpp"
#include "net/semaphore.hpp"
#include "policy/pockets.hpp"
#include "upload/take_in.hpp"

namespace buildd::farm {

namespace {

// `<uploader…> --log-file L -d D -s S -b ID -J LEAF ROOT`
net::Command uploader_command(const Farm& farm, const db::UploadingBuild& uploading, int lock_fd) {
    const Settings& settings = farm.settings();
    net::Command command;
    command.arguments = settings.uploader;
    if (command.arguments.empty()) {
        command.program = "/proc/self/exe";
        command.arguments = {"buildd-master", "process-upload"};
    }
    const TargetFacts& target = uploading.build.target;
    const std::string leaf = place(settings, incoming_folder, uploading.leaf);
    for (const auto& word : {std::string("--log-file"), leaf + "/uploader.log", std::string("-d"),
                             target.distribution, std::string("-s"), policy::suite_name(target),
                             std::string("-b"), std::to_string(uploading.build.id.value),
                             std::string("-J"), uploading.leaf, settings.root})
        command.arguments.push_back(word);
    command.environment = settings_environment(farm.loaded.texts);
    command.environment.push_back(fmt::format("{}={}", lock_fd_variable, lock_fd));
    command.timeout = settings.uploader_timeout;
    command.inherited_fd = lock_fd;
    return command;
}

net::Task<UploaderEnd> run_uploader(const Farm& farm, const db::UploadingBuild& uploading,
                                    int lock_fd) {
    farm.log.info("Uploading {} ({})", uploading.build.title(), uploading.leaf);
    auto end = co_await net::run_process(farm.loop, uploader_command(farm, uploading, lock_fd));
    UploaderEnd result;
    result.ran = true;
    if (!end) {
        result.problem = end.error().message;
        co_return result;
    }
    if (!end->succeeded()) result.problem = end->text();
    result.output = end->output + end->errors;
    result.unavailable = farm.settings().uploader.empty() &&
                         end->exit_code == static_cast<int>(ExitStatus::unavailable);
    co_return result;
}

net::Task<> upload_one(Farm& farm, net::Semaphore& jobs, db::UploadingBuild uploading) {
    auto permit = co_await jobs.acquire();
    const std::string lock_path = leaf_lock_path(farm.settings().root, uploading.leaf);
    auto lock = LockFile::try_acquire(lock_path, "upload");
    if (!lock) {
        farm.log.error("{}", lock.error().message);
        farm.report.unavailable = true;
        co_return;
    }
    if (!*lock) {
        farm.log.info("{} is still being uploaded by another process", uploading.build.title());
        co_return;
    }
    // Ours only moves the leaf of a build that is FULLYBUILT: it died right after its COMMIT.
    const bool unfinished =
        uploading.build.state == BuildState::UPLOADING || farm.settings().uploader.empty();
    const bool waits =
        unfinished && is_folder(place(farm.settings(), incoming_folder, uploading.leaf));
    UploaderEnd end;
    if (waits) end = co_await run_uploader(farm, uploading, (*lock)->fd());
    if (end.unavailable) {
        farm.log.error("{} is tried again in the next pass: {}", uploading.build.title(),
                       one_line(trim(end.output)));
        farm.report.unavailable = true;
    } else {
        settle(farm, uploading, end);
    }
    ::unlink(lock_path.c_str());
}

}  // namespace

void upload_all(Farm& farm) {
    net::Semaphore jobs(farm.loop, static_cast<std::size_t>(farm.settings().upload_jobs));
    for (auto& uploading : db::read_uploading(farm.database)) {
        if (farm.only_says("upload {}", uploading.build.title())) continue;
        farm.loop.spawn(upload_one(farm, jobs, std::move(uploading)));
    }
    farm.loop.run();
}

}  // namespace buildd::farm
