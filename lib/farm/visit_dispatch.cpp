// dispatch: give the idle builder work (spec: behaviour §8, "Start").
#include "base/text.hpp"
#include "db/attempts.hpp"
#include "farm/build_request.hpp"
#include "farm/visit.hpp"
#include "policy/dispatch.hpp"
#include "policy/obstacles.hpp"

namespace buildd::farm {

using policy::Counted;

namespace {

// Named, since g++ 12 miscompiles a braced argument beside co_await.
constexpr Counted nobody{};
constexpr Counted job_only{true, false};
constexpr Counted both{true, true};

}  // namespace

bool Visit::may_take_a_job() const {
    return !failed_now_ &&
           policy::builder_obstacle(builder_, farm_.reset_rules()) == policy::BuilderObstacle::none;
}

net::Task<> Visit::dispatch() {
    if (policy::needs_reset(builder_, farm_.reset_rules())) {
        auto clean = co_await make_clean();
        if (!clean) co_return;
    }
    co_await know_status();
    const auto& status = *status_;
    if (!status || status->builder_status != BuilderStatus::IDLE) co_return;
    auto job = co_await desk_.claim(seat_, builder_);
    if (job) co_await start(std::move(*job));
}

net::Task<> Visit::start(PendingJob job) {
    builder_.job = std::make_unique<RunningJob>();
    RunningJob& running = *builder_.job;
    running.id = job.id;
    running.build = job.build;
    running.build.state = BuildState::BUILDING;
    running.attempts = job.attempts;
    const auto arguments = arguments_for(job);
    if (const auto checked = policy::check_start(job, arguments); !checked) {
        farm_.needs_person(fmt::format("unstartable {}", job.build.id.value), Level::ERROR,
                           fmt::format("{} ({}) cannot be started: {}", job.build.title(),
                                       job.build.id.value, checked.error().message));
        co_await undo(job_only, checked.error().message);
        co_return;
    }
    auto known = co_await learn_info();
    if (!known) co_return;
    auto sent = co_await send_files(job);
    if (!sent) co_return;
    auto ready = co_await ready_to_build();
    if (!ready) co_return;
    co_await send_build(job, arguments);
}

BuildArguments Visit::arguments_for(const PendingJob& job) const {
    const bool reset_after = !builder_.trusted && !farm_.settings().vm_resume_command.empty();
    return policy::build_arguments(job, farm_.settings().build_url, reset_after);
}

// What to call the build; unknown when no scan went before.
net::Task<bool> Visit::learn_info() {
    if (!info_) {
        auto info = co_await client_.info();
        if (!info) {
            co_await setup_failed(info.error());
            co_return false;
        }
        info_ = std::move(*info);
    }
    const auto type = build_type_for(*info_);
    if (type)
        build_type_ = *type;
    else
        co_await fail_setup("the builder builds no packages");
    co_return type.has_value();
}

net::Task<bool> Visit::send_files(const PendingJob& job) {
    auto sent = co_await send_file(*job.chroot);
    if (!sent) co_return false;
    for (const auto& file : job.files) {
        sent = co_await send_file(file);
        if (!sent) co_return false;
    }
    co_return true;
}

net::Task<bool> Visit::send_file(const LibraryFile& file) {
    const Settings& settings = farm_.settings();
    worker::FileSource source{file.digests.sha1, farm_.librarian.url(file), "", ""};
    if (file.restricted) {
        source.user = settings.librarian_user;
        source.password = settings.librarian_password;
    }
    const bool classic = build_type_ == "debian";
    auto presence = co_await client_.ensure_present(source, classic);
    if (!presence) {
        worker::CallError error = presence.error();
        error.message = without_secret(error.message);
        co_await setup_failed(std::move(error));
        co_return false;
    }
    if (presence->present) co_return true;
    const std::string reason =
        fmt::format("Slave '{}' ({}) was unable to fetch file. {}: {}", builder_.name, builder_.url,
                    source.url, without_secret(presence->info));
    farm_.log.warning("{}", reason);
    co_await undo(job_only, reason);
    co_return false;
}

// The words of a builder that was told the librarian's password, and may repeat it.
std::string Visit::without_secret(std::string words) const {
    const std::string& password = farm_.settings().librarian_password;
    return password.empty() ? words : replace_all(std::move(words), password, "***");
}

// Asked once more right before build(): one that is sent to a busy builder wrecks its job.
net::Task<bool> Visit::ready_to_build() {
    status_.reset();
    co_await know_status();
    const auto& status = *status_;
    if (!status) {
        const std::string reason = status.error().message;
        co_await fail_setup(reason);
        co_return false;
    }
    if (status->builder_status == BuilderStatus::IDLE) co_return true;
    std::string reason = fmt::format("the builder is {}", one_line(status->raw_builder_status));
    co_await undo(nobody, std::move(reason));
    co_return false;
}

net::Task<> Visit::send_build(const PendingJob& job, const BuildArguments& arguments) {
    RunningJob& running = *builder_.job;
    if (!db::mark_dispatched(farm_.database, running.cookie(), builder_.id)) {
        farm_.log.info("{} was moved by someone else meanwhile; not started", job.build.title());
        co_return;
    }
    running.dispatched = true;
    ++running.attempts;
    auto answer =
        co_await client_.build(build_request(job, running.cookie().text(), build_type_, arguments));
    status_.reset();
    if (!answer && answer.error().kind == worker::CallError::Kind::transport) {
        co_await ask_what_became_of_build(answer.error().message);
        co_return;
    }
    if (!answer || !answer->started) {
        std::string reason = answer ? answer->text : answer.error().message;
        co_await undo(both, std::move(reason));
        co_return;
    }
    ++farm_.report.started;
    farm_.log.info("Started {} on '{}' ({})", job.build.title(), builder_.name,
                   running.cookie().text());
}

net::Task<> Visit::ask_what_became_of_build(std::string why) {
    co_await know_status(true);
    const auto& status = *status_;
    const std::string cookie = builder_.job->cookie().text();
    if (!status) {
        farm_.log.info("build() of {} got no answer ({}), nor did status(); left to collect",
                       cookie, why);
    } else if (status->builder_status != BuilderStatus::IDLE && status->build_id == cookie) {
        ++farm_.report.started;
        farm_.log.info("Started {} on '{}' ({}), though its answer was lost",
                       builder_.job->build.title(), builder_.name, cookie);
    } else {
        co_await undo(both, why);
    }
}

// The claim is taken back; what the builder may have heard of it is history.
net::Task<> Visit::undo(Counted counted, std::string detail) {
    policy::CollectVerdict verdict;
    verdict.fate = policy::JobFate::reset;
    verdict.state = BuildState::NEEDSBUILD;
    verdict.outcome = Outcome::UNSTARTED;
    verdict.counted = counted;
    co_await end(std::move(verdict), std::nullopt, std::move(detail));
}

net::Task<> Visit::setup_failed(worker::CallError error) {
    if (error.kind == worker::CallError::Kind::transport)
        co_await fail_setup(error.message);
    else
        co_await undo(both, error.message);
}

net::Task<> Visit::fail_setup(std::string reason) {
    policy::CollectVerdict verdict;
    verdict.fate = policy::JobFate::reset;
    verdict.state = BuildState::NEEDSBUILD;
    verdict.outcome = Outcome::UNSTARTED;
    verdict.counted.builder = true;
    verdict.fail_builder = fmt::format("Exception ({}) when setting up to new job", reason);
    std::string detail = *verdict.fail_builder;
    co_await end(std::move(verdict), std::nullopt, std::move(detail));
}

}  // namespace buildd::farm
