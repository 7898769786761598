// person, series, arch, archive, chroot: what a farm is made of.
#include "db/setup.hpp"

#include <fcntl.h>

#include "base/fd.hpp"
#include "base/text.hpp"
#include "command.hpp"
#include "farm/store_files.hpp"
#include "show.hpp"
#include "upload/chroot_tarball.hpp"

namespace buildd::cmd {

namespace {

using Kind = Argument::Kind;

ExitStatus person_add(Context& context, const Arguments& arguments) {
    db::PersonWish wish;
    wish.name = checked_name(arguments.one("name"), "person");
    wish.email = arguments.maybe("--email");
    wish.members = arguments.all("--member");
    wish.team = arguments.has("--team");
    if (wish.email && (wish.email->find('@') == std::string::npos ||
                       wish.email->find_first_of(" <>\t\r\n") != std::string::npos))
        throw Failure(ExitStatus::usage,
                      "--email: '" + one_line(*wish.email) + "' is no address of the form a@b");
    if (!wish.team && !wish.members.empty())
        throw Failure(ExitStatus::usage, "--member goes with --team");
    print_change("person " + wish.name, db::add_person(context.database(), wish));
    return ExitStatus::done;
}

ExitStatus series_add(Context& context, const Arguments& arguments) {
    const auto parts = split_name(arguments.one("series"), 2, "DISTRO/SERIES");
    db::SeriesWish wish;
    wish.distribution = checked_name(parts[0], "distribution");
    wish.series = checked_name(parts[1], "series");
    wish.status = parse_label<SeriesStatus>(arguments.one("--status"), "series status");
    wish.version = arguments.maybe("--version");
    print_change("series " + arguments.one("series"), db::add_series(context.database(), wish));
    return ExitStatus::done;
}

ExitStatus arch_add(Context& context, const Arguments& arguments) {
    const auto parts = split_name(arguments.one("architecture"), 3, "DISTRO/SERIES/TAG");
    db::ArchitectureWish wish{parts[0], parts[1], checked_name(parts[2], "architecture"),
                              checked_name(arguments.one("--family"), "processor family"),
                              arguments.has("--nominated")};
    print_change("architecture " + arguments.one("architecture"),
                 db::add_architecture(context.database(), wish));
    return ExitStatus::done;
}

std::optional<std::string> file_of(const Arguments& arguments, const std::string& option) {
    const auto path = arguments.maybe(option);
    if (!path) return std::nullopt;
    auto content = read_file(*path, 1 << 20);
    if (!content) throw Failure(ExitStatus::bad_input, option + ": " + content.error().message);
    return to_utf8(*content);
}

ExitStatus archive_add(Context& context, const Arguments& arguments) {
    db::ArchiveWish wish;
    wish.distribution = arguments.one("distribution");
    wish.name = checked_name(arguments.one("name"), "archive");
    wish.purpose = parse_label<ArchivePurpose>(arguments.one("--purpose"), "archive purpose");
    wish.url = arguments.maybe("--url");
    wish.owner = arguments.maybe("--owner");
    wish.components = arguments.maybe("--components");
    wish.signing_key = file_of(arguments, "--key");
    wish.external_lines = file_of(arguments, "--external-lines");
    if (arguments.has("--private")) wish.is_private = true;
    if (wish.purpose == ArchivePurpose::PPA && !wish.owner)
        throw Failure(ExitStatus::usage, "a PPA has an owner: give --owner NAME");
    const bool url = !wish.url || (wish.url->find("://") != std::string::npos &&
                                   wish.url->find_first_of(" \t\r\n") == std::string::npos);
    if (!url) throw Failure(ExitStatus::usage, "--url: '" + one_line(*wish.url) + "' is no URL");
    print_change("archive " + wish.distribution + "/" + wish.name,
                 db::add_archive(context.database(), wish));
    return ExitStatus::done;
}

ExitStatus archive_set(Context& context, const Arguments& arguments) {
    const std::string archive = arguments.one("archive");
    const auto parts = split_name(archive, 2, "DISTRO/NAME");
    const auto wanted = parse_bool(arguments.one("--debug-symbols"));
    if (!wanted) throw Failure(ExitStatus::usage, "--debug-symbols: " + wanted.error().message);
    print_change("archive " + archive,
                 db::set_debug_symbols(context.database(), parts[0], parts[1], *wanted));
    return ExitStatus::done;
}

Pocket pocket_of(const Arguments& arguments) {
    return parse_label<Pocket>(arguments.maybe("--pocket").value_or("RELEASE"), "pocket");
}

void require_chroot(const std::string& path) {
    if (const auto file = open_file(path, O_RDONLY); !file)
        throw Failure(ExitStatus::bad_input, file.error().message);
    if (const auto checked = check_chroot_tarball(path); !checked)
        throw Failure(ExitStatus::bad_input,
                      checked.error().message +
                          ": builders unpack chroot-autobuild/ from it; --force takes it anyway");
}

ExitStatus chroot_set(Context& context, const Arguments& arguments) {
    const auto parts = split_name(arguments.one("architecture"), 3, "DISTRO/SERIES/TAG");
    const Pocket pocket = pocket_of(arguments);
    const auto arch = db::find_architecture(context.database(), parts[0], parts[1], parts[2]);
    if (!arguments.has("--force")) require_chroot(arguments.one("file"));
    const auto change = farm::store_chroot(context.database(), context.librarian(), arch, pocket,
                                           arguments.one("file"));
    print_change("chroot of " + arguments.one("architecture"), change);
    return ExitStatus::done;
}

}  // namespace

std::vector<Command> setup_commands() {
    const Argument architecture{"architecture", Kind::positional, "DISTRO/SERIES/TAG"};
    return {
        {{"person", "add"},
         "Add a person or team",
         {{"name", Kind::positional, "Name"},
          {"--email", Kind::option, "Address", "ADDRESS"},
          {"--team", Kind::flag, "It is a team"},
          {"--member", Kind::repeated_option, "A person of the team; may be repeated", "NAME"},
          dry_run_flag},
         person_add},
        {{"series", "add"},
         "Add a series, and its distribution when needed",
         {{"series", Kind::positional, "DISTRO/SERIES"},
          {"--status", Kind::option,
           "EXPERIMENTAL, DEVELOPMENT, FROZEN, CURRENT, SUPPORTED or OBSOLETE", "STATUS", true},
          {"--version", Kind::option, "Version, e.g. 5.04", "VERSION"},
          dry_run_flag},
         series_add},
        {{"arch", "add"},
         "Add an architecture to a series, and its processor when needed",
         {architecture,
          {"--family", Kind::option, "Processor family, e.g. x86", "FAMILY", true},
          {"--nominated", Kind::flag, "It also builds the arch:all packages"},
          dry_run_flag},
         arch_add},
        {{"archive", "add"},
         "Add an archive",
         {{"distribution", Kind::positional, "Distribution"},
          {"name", Kind::positional, "Name"},
          {"--purpose", Kind::option, "PRIMARY, PPA or PARTNER", "PURPOSE", true},
          {"--url", Kind::option, "As in a deb line", "URL"},
          {"--owner", Kind::option, "Owner of a PPA", "NAME"},
          {"--key", Kind::option, "Armored signing key", "FILE"},
          {"--private", Kind::flag, "Its sources, packages and logs are restricted"},
          {"--external-lines", Kind::option, "Further deb lines for its builds", "FILE"},
          {"--components", Kind::option, "Of a PRIMARY archive, as PPAs see it", "'A B'"},
          dry_run_flag},
         archive_add},
        {{"archive", "set"},
         "Change what the builds of an archive make",
         {{"archive", Kind::positional, "DISTRO/NAME"},
          {"--debug-symbols", Kind::option, "Packages of debug symbols too: yes or no", "YES/NO",
           true},
          dry_run_flag},
         archive_set},
        {{"chroot", "set"},
         "Set the chroot tarball of an architecture",
         {architecture,
          {"file", Kind::positional, "Tarball"},
          {"--pocket", Kind::option, "Only for this pocket (RELEASE: for all)", "POCKET"},
          {"--force", Kind::flag, "Though it does not look like one"},
          dry_run_flag},
         chroot_set},
    };
}

}  // namespace buildd::cmd
