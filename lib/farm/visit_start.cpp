// A claimed job on its way to build(): over several passes, for a builder that fetches a file
// answers nothing else (spec: behaviour §8, "Start").
#include "base/files.hpp"
#include "base/text.hpp"
#include "db/library.hpp"
#include "db/privacy.hpp"
#include "farm/visit.hpp"
#include "policy/dispatch.hpp"
#include "policy/fetch_blame.hpp"

namespace buildd::farm {

using policy::Counted;

namespace {

// Longer than a start takes; new at each asking.
constexpr std::chrono::minutes longer_than_a_start{15};
constexpr std::chrono::seconds patience{5};  // with a file's server

// The words of a builder that was told a URL which opens a file, and by older versions a password,
// and may repeat them.
std::string without_secrets(std::string words, const std::string& url,
                            const std::string& password) {
    if (!password.empty()) words = replace_all(std::move(words), password, "***");
    const std::string_view key = "?md5=";
    const auto begin = url.find(key);
    if (begin == url.npos) return words;
    const auto token = url.substr(begin + key.size(), url.rfind('&') - begin - key.size());
    return replace_all(std::move(words), token, "***");
}

// Named, since g++ 12 miscompiles a braced argument beside co_await.
constexpr Counted nobody{};
constexpr Counted job_only{true, false};

}  // namespace

// With a start that an earlier pass left: all that its claim was made upon is looked at again.
net::Task<> Visit::go_on_with_start() {
    if (!job_state_is_sound()) co_return;
    auto decision = policy::decide_start(builder_, farm_.start_rules(), stages_.dispatch);
    if (auto* end = std::get_if<policy::EndAttempt>(&decision)) co_await end_claim(std::move(*end));
    if (!std::holds_alternative<policy::GoOnWithStart>(decision)) co_return;
    auto claim = desk_.take_claim(builder_.job->id);
    if (!claim) co_return;  // someone else moved it
    auto against = policy::check_claim(builder_, *claim, farm_.start_rules());
    if (against) {
        co_await end_claim(std::move(*against));
        co_return;
    }
    if (farm_.only_says("go on with the start of {} on '{}'", builder_.job->build.title(),
                        builder_.name))
        co_return;
    seat_.leave();
    asked_for_files_ = true;
    claimed_at_ = PassClock::Clock::now() - builder_.job->claimed.value_or(std::chrono::seconds(0));
    co_await start(std::move(claim->job));
}

net::Task<> Visit::start(PendingJob job) {
    const auto arguments = arguments_for(job);
    if (const auto checked = policy::check_start(job, arguments); !checked) {
        farm_.needs_person(fmt::format("unstartable {}", job.build.id.value), Level::ERROR,
                           fmt::format("{} ({}) cannot be started: {}", job.build.title(),
                                       job.build.id.value, checked.error().message));
        co_await undo(job_only, checked.error().message);
        co_return;
    }
    if (!asked_for_files_) {  // else it may be busy with one, and answer nothing else
        auto known = co_await learn_info();
        if (!known) co_return;
    }
    auto sent = co_await send_files(job);
    if (!sent) co_return;
    auto known = co_await learn_info();
    if (!known) co_return;
    auto ready = co_await ready_to_build();
    if (!ready) co_return;
    co_await send_build(job, arguments);
}

BuildArguments Visit::arguments_for(const PendingJob& job) const {
    const bool reset_after = !builder_.trusted && !farm_.settings().vm_resume_command.empty();
    return policy::build_arguments(job, farm_.settings().build_url, reset_after);
}

// What to call the build; unknown when no scan of this pass went before.
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
    const auto url = farm_.librarian.url_for(file, settings.start_timeout + longer_than_a_start);
    if (!url) {
        farm_.our_fault(url.error().message);
        co_await undo(nobody, url.error().message);
        co_return false;
    }
    const worker::FileSource source{file.digests.sha1, *url, "", ""};
    const bool classic = build_type_.empty() || build_type_ == "debian";
    asked_for_files_ = true;
    waits_for_ = farm_.librarian.url(file);
    auto presence = co_await client_.ensure_present(source, classic);
    if (presence && presence->present) co_return true;
    const bool silent = !presence && presence.error().kind == worker::CallError::Kind::transport;
    const std::string lacking = silent ? "" : what_we_lack(file);
    if (!lacking.empty()) {
        co_await undo(nobody, lacking);
        co_return false;
    }
    if (!presence) {
        worker::CallError error = presence.error();
        error.message = without_secrets(error.message, source.url, settings.librarian_password);
        co_await setup_failed(std::move(error));
        co_return false;
    }
    const std::string reason = fmt::format(
        "Slave '{}' ({}) was unable to fetch file. {}: {}", builder_.name, builder_.url, waits_for_,
        without_secrets(presence->info, source.url, settings.librarian_password));
    unfetched_ = file.id;
    co_await not_fetched_by_builder(reason, source.url);
    co_return false;
}

// Who is to blame tells the file's own server. `opening`: the URL as the builder was told it.
net::Task<> Visit::not_fetched_by_builder(std::string reason, std::string opening) {
    farm_.log.warning("{}", reason);
    heard_ = co_await ask_its_server(std::move(opening));
    const Counted counted = policy::count_fetch(heard_);
    co_await undo(counted, std::move(reason));
}

net::Task<Asked> Visit::ask_its_server(std::string opening) {
    auto asked = co_await inquiry_.ask(waits_for_, std::move(opening), patience);
    if (asked == Asked::gone)
        farm_.our_fault(fmt::format("{} is not there for builders", waits_for_));
    if (asked == Asked::no_answer)
        farm_.our_fault(fmt::format("{} gives no answer: builders cannot fetch their files",
                                    net::host_and_port(waits_for_)));
    co_return asked;
}

// Of the file that did not come in time. That it is there does not show that all of it would come.
net::Task<Asked> Visit::ask_for_late_file() {
    const auto file = awaited_file();
    if (!file) co_return Asked::no;
    const auto url = farm_.librarian.url_for(*file, longer_than_a_start);
    if (!url) co_return Asked::no;
    unfetched_ = file->id;
    std::string opening = *url;
    auto asked = co_await ask_its_server(std::move(opening));
    co_return asked == Asked::there ? Asked::no : asked;
}

// The one that the start waits for, by its URL, which an earlier pass may have noted.
std::optional<LibraryFile> Visit::awaited_file() const {
    const auto name = waits_for_.rfind('/');
    if (name == waits_for_.npos || name == 0) return std::nullopt;
    const auto id = waits_for_.rfind('/', name - 1) + 1;
    const auto number = parse_int(waits_for_.substr(id, name - id));
    if (!number) return std::nullopt;
    auto file = db::read_library_file(farm_.database, LibraryFileId{*number});
    if (file && farm_.librarian.url(*file) != waits_for_) file.reset();
    return file;
}

// Why no builder can have fetched it ("": we know of nothing): then nobody else is to blame.
std::string Visit::what_we_lack(const LibraryFile& file) const {
    const auto path = farm_.librarian.path(file.id, file.filename, file.restricted);
    if (db::is_to_be_moved(farm_.database, file.id)) {
        farm_.log.info("{} is being moved to where builders fetch it", path);
        return path + " is being moved to where builders fetch it";
    }
    std::string lacking;
    if (!exists(path))
        lacking = path + " is missing";
    else if (file.restricted && !farm_.settings().librarian_password.empty())
        lacking =
            "the web server may still want librarian_password, which builders are told no more";
    if (!lacking.empty()) farm_.our_fault(lacking);
    return lacking;
}

// Asked once more right before build(): one that is sent to a busy builder wrecks its job.
net::Task<bool> Visit::ready_to_build() {
    status_.reset();
    auto status = co_await client_.status();
    if (!status) {
        if (status.error().late)
            co_await wait_for_files(status.error().message);
        else
            co_await fail_setup(status.error().message);
        co_return false;
    }
    if (status->builder_status == BuilderStatus::IDLE) co_return true;
    std::string reason = fmt::format("the builder is {}", one_line(status->raw_builder_status));
    co_await undo(nobody, std::move(reason));
    co_return false;
}

}  // namespace buildd::farm
