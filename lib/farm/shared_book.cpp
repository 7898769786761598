#include "farm/shared_book.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "policy/dispatch.hpp"
#include "policy/source_line.hpp"

namespace buildd::farm {

namespace {

std::string host_of(const std::string& url) {
    return url.empty() ? "" : net::host_and_port(url);
}

}  // namespace

SharedBook::SharedBook(const Settings& settings)
    : open_host_(host_of(settings.librarian_url)),
      restricted_host_(host_of(settings.librarian_restricted_url)) {}

policy::Shared SharedBook::number(CauseKind kind, const std::string& key) {
    const auto [found, is_new] = numbers_.try_emplace({kind, key}, keys_.size());
    if (is_new) keys_.push_back(key);
    return {kind, found->second};
}

std::vector<policy::Shared> SharedBook::of_end(const db::WindowEnd& end, CauseWord word,
                                               const std::string& network) {
    std::vector<policy::Shared> shared{number(CauseKind::network, network)};
    if (word == CauseWord::silent) return shared;
    if (!end.owner.empty()) shared.push_back(number(CauseKind::archive, end.owner));
    if (end.file) {
        shared.push_back(number(CauseKind::file, std::to_string(end.file->value)));
        shared.push_back(number(CauseKind::host, net::host_and_port(end.url)));
        return shared;
    }
    if (!end.chroot) return shared;
    shared.push_back(number(CauseKind::chroot, std::to_string(end.chroot->value)));
    shared.push_back(number(CauseKind::series, end.series));
    std::vector<std::string> lines;
    for (const auto& line : split(end.archive_lines, '\n')) lines.emplace_back(line);
    add_lines(shared, lines);
    add_files(shared, end);
    if (word != CauseWord::none) return shared;
    if (!end.files.empty()) add_host(shared, open_host_);
    if (!end.restricted.empty()) add_host(shared, restricted_host_);
    return shared;
}

std::vector<policy::Shared> SharedBook::of_job(const PendingJob& job) {
    const TargetFacts& target = job.build.target;
    std::vector<policy::Shared> shared{
        number(CauseKind::series, target.distribution + "/" + target.series)};
    if (!job.build.trusted()) {
        const ArchiveFacts& archive = job.build.archive;
        shared.push_back(
            number(CauseKind::archive, archive.owner.empty() ? archive.name : archive.owner));
    }
    if (job.chroot)
        shared.push_back(number(CauseKind::chroot, std::to_string(job.chroot->id.value)));
    add_lines(shared, policy::build_arguments(job, "", false).archives);
    if (job.chroot) add_host(shared, job.chroot->restricted ? restricted_host_ : open_host_);
    for (const auto& file : job.files)
        add_host(shared, file.restricted ? restricted_host_ : open_host_);
    return shared;
}

// Without components: what an archive has of a suite comes and goes together.
void SharedBook::add_lines(std::vector<policy::Shared>& shared,
                           const std::vector<std::string>& lines) {
    for (const auto& text : lines) {
        const auto line = policy::parse_source_line(mask_passwords(text));
        if (!line) continue;
        shared.push_back(number(CauseKind::line, line->url + " " + line->suite));
        add_host(shared, net::host_and_port(line->url));
    }
}

void SharedBook::add_host(std::vector<policy::Shared>& shared, const std::string& name) {
    if (name.empty()) return;
    const auto host = number(CauseKind::host, name);
    if (std::find(shared.begin(), shared.end(), host) == shared.end()) shared.push_back(host);
}

void SharedBook::add_files(std::vector<policy::Shared>& shared, const db::WindowEnd& end) {
    for (const auto* files : {&end.files, &end.restricted})
        for (const auto& file : *files)
            shared.push_back(number(CauseKind::file, std::to_string(file.value)));
}

}  // namespace buildd::farm
