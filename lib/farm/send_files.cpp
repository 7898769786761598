#include "farm/send_files.hpp"

#include "base/files.hpp"
#include "base/text.hpp"
#include "db/privacy.hpp"
#include "farm/late_file.hpp"
#include "policy/fetch_blame.hpp"

namespace buildd::farm {

namespace {

using policy::StartFailure;

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

// Why no builder can have fetched it ("": we know of nothing): then nobody else is to blame.
std::string what_we_lack(const Farm& farm, const LibraryFile& file) {
    const auto path = farm.librarian.path(file.id, file.filename, file.restricted);
    if (db::is_to_be_moved(farm.database, file.id)) {
        farm.log.info("{} is being moved to where builders fetch it", path);
        return path + " is being moved to where builders fetch it";
    }
    std::string lacking;
    if (!exists(path))
        lacking = path + " is missing";
    else if (file.restricted && !farm.settings().librarian_password.empty())
        lacking =
            "the web server may still want librarian_password, which builders are told no more";
    if (!lacking.empty()) farm.our_fault(lacking);
    return lacking;
}

StartFailure nobodys_fault(const std::string& why) {
    return policy::start_undone({}, why);
}

// `opening`: the file's URL as the builder was told it. `words`: the builder's.
net::Task<StartResult> not_fetched(StartContext context, Start& start, std::string opening,
                                   std::string words) {
    const BuilderFacts& builder = context.builder.facts;
    const std::string reason = fmt::format("Slave '{}' ({}) was unable to fetch file. {}: {}",
                                           builder.name, builder.url, start.file.url, words);
    context.farm.log.warning("{}", reason);
    start.file.heard =
        co_await ask_its_server(context.farm, context.inquiry, start.file.url, std::move(opening));
    co_return StartFailure(policy::start_undone(policy::count_fetch(start.file.heard), reason));
}

net::Task<StartResult> send_file(StartContext context, Start& start, const LibraryFile& file) {
    const Farm& farm = context.farm;
    const Settings& settings = farm.settings();
    const auto url = farm.librarian.url_for(file, settings.start_timeout + longer_than_a_start);
    if (!url) {
        farm.our_fault(url.error().message);
        co_return nobodys_fault(url.error().message);
    }
    const worker::FileSource source{file.digests.sha1, *url, "", ""};
    const bool classic = start.build_type.empty() || start.build_type == "debian";
    start.asked_for_files = true;
    start.file.url = farm.librarian.url(file);
    auto presence = co_await context.builder.session.ensure_present(source, classic);
    if (presence && presence->present) co_return StartResult();
    const bool silent = !presence && presence.error().kind == worker::CallError::Kind::transport;
    const std::string lacking = silent ? "" : what_we_lack(farm, file);
    if (!lacking.empty()) co_return nobodys_fault(lacking);
    const std::string& password = settings.librarian_password;
    if (!presence) {
        worker::CallError error = presence.error();
        error.message = without_secrets(error.message, *url, password);
        co_return setup_failure(error, start);
    }
    start.file.lacked = file.id;
    std::string words = without_secrets(presence->info, *url, password);
    auto blamed = co_await not_fetched(context, start, *url, std::move(words));
    co_return blamed;
}

}  // namespace

net::Task<StartResult> send_files(StartContext context, Start& start) {
    auto sent = co_await send_file(context, start, *start.job.chroot);
    for (const auto& file : start.job.files) {
        if (!sent) break;
        sent = co_await send_file(context, start, file);
    }
    co_return sent;
}

StartResult setup_failure(const worker::CallError& error, const Start& start) {
    using policy::CallFailure;
    if (error.late && start.asked_for_files)
        return policy::call_failure(CallFailure::late_while_it_fetches, error.message);
    if (error.kind == worker::CallError::Kind::transport)
        return policy::call_failure(CallFailure::no_answer, error.message);
    return policy::call_failure(CallFailure::bad_answer, error.message);
}

}  // namespace buildd::farm
