#include "policy/dispatch.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "policy/archive_lines.hpp"
#include "policy/pockets.hpp"

namespace buildd::policy {

Dispatchable dispatchable(const BuildFacts& build, bool has_chroot, bool made,
                          bool build_security) {
    if (!build.source_published) return Dispatchable::superseded;
    if (made) return Dispatchable::made;
    if (build.for_person) return Dispatchable::for_person;
    if (build.target.pocket == Pocket::SECURITY && !build_security) return Dispatchable::security;
    if (!has_chroot) return Dispatchable::no_chroot;
    if (build.archive.purpose == ArchivePurpose::PRIMARY && pocket_denied(build))
        return Dispatchable::denied;
    return Dispatchable::start;
}

BuildArguments build_arguments(const PendingJob& job, const std::string& build_url,
                               bool reset_after) {
    const TargetFacts& target = job.build.target;
    BuildArguments arguments;
    arguments.archives = archive_lines({job.build.archive.purpose, job.archive_url, job.primary_url,
                                        job.primary_components, target.series, target.pocket,
                                        job.component, job.external_lines, job.places});
    arguments.suite = suite_name(target);
    arguments.series = target.series;
    arguments.distribution = target.distribution;
    arguments.component = job.component;
    arguments.arch_tag = target.architecture_tag;
    arguments.archive_purpose = job.build.archive.purpose;
    arguments.arch_indep = job.build.arch_indep;
    arguments.archive_private = job.build.archive.is_private;
    arguments.debug_symbols = job.debug_symbols;
    arguments.fast_cleanup = reset_after;
    if (!build_url.empty())
        arguments.build_url = fmt::format("{}/{}", build_url, job.build.id.value);
    arguments.trusted_keys = job.signing_keys;
    return arguments;
}

Result<void> check_start(const PendingJob& job, const BuildArguments& arguments) {
    const bool has_dsc = std::any_of(job.files.begin(), job.files.end(), [](const auto& file) {
        return file.filename.ends_with(".dsc");
    });
    if (!has_dsc) return Error{"its source has no .dsc"};
    if (arguments.archives.empty()) return Error{"it has no archive lines"};
    if (arguments.suite.empty() || arguments.series.empty()) return Error{"it has no suite"};
    return {};
}

}  // namespace buildd::policy
