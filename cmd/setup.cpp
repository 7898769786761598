// person, series, arch, chroot: what a farm is made of.
#include "db/setup.hpp"

#include <algorithm>
#include <fcntl.h>

#include "base/fd.hpp"
#include "base/nearest.hpp"
#include "base/text.hpp"
#include "command.hpp"
#include "farm/store_files.hpp"
#include "policy/architectures.hpp"
#include "show.hpp"
#include "upload/chroot_hints.hpp"

namespace buildd::cmd {

namespace {

using Kind = Argument::Kind;

// As the table person has it.
void check_address(const std::string& address) {
    const auto at = address.find('@');
    const bool right = at != 0 && at != address.npos && at + 1 < address.size() &&
                       address.find('@', at + 1) == address.npos && !has_control(address) &&
                       address.find_first_of(" <>\t\r\n\v\f") == address.npos;
    if (!right)
        throw Failure(ExitStatus::usage,
                      "--email: '" + one_line(address) + "' is no address of the form a@b");
}

db::PersonWish person_of(const Arguments& arguments) {
    db::PersonWish wish;
    wish.name = checked_name(arguments.one("name"), "person");
    wish.email = arguments.maybe("--email");
    wish.members = arguments.all("--member");
    wish.team = arguments.has("--team");
    if (wish.email) check_address(*wish.email);
    return wish;
}

ExitStatus person_add(Context& context, const Arguments& arguments) {
    const db::PersonWish wish = person_of(arguments);
    if (!wish.team && !wish.members.empty())
        throw Failure(ExitStatus::usage, "--member goes with --team");
    print_change("person " + wish.name, db::add_person(context.database(), wish));
    return ExitStatus::done;
}

ExitStatus person_set(Context& context, const Arguments& arguments) {
    db::PersonWish wish = person_of(arguments);
    wish.max_running = max_running_of(arguments);
    print_changes("person " + wish.name, db::set_person(context.database(), wish));
    return ExitStatus::done;
}

db::SeriesWish series_of(const Arguments& arguments) {
    const auto parts = split_name(arguments.one("series"), 2, "DISTRO/SERIES");
    db::SeriesWish wish;
    wish.distribution = checked_name(parts[0], "distribution");
    wish.series = checked_name(parts[1], "series");
    if (const auto status = arguments.maybe("--status"))
        wish.status = parse_label<SeriesStatus>(*status, "series status");
    wish.version = arguments.maybe("--version");
    return wish;
}

ExitStatus series_add(Context& context, const Arguments& arguments) {
    print_change("series " + arguments.one("series"),
                 db::add_series(context.database(), series_of(arguments)));
    return ExitStatus::done;
}

ExitStatus series_set(Context& context, const Arguments& arguments) {
    print_changes("series " + arguments.one("series"),
                  db::set_series(context.database(), series_of(arguments)));
    return ExitStatus::done;
}

// One that dpkg does not know gets a build of every source, and no builder for it.
const std::string& checked_architecture(const std::string& tag) {
    const auto& known = policy::known_architectures();
    if (std::find(known.begin(), known.end(), tag) != known.end()) return tag;
    const auto guess = nearest(tag, known);
    throw Failure(ExitStatus::usage, fmt::format("dpkg knows no architecture '{}'{}", one_line(tag),
                                                 guess ? fmt::format(": is '{}' meant?", *guess)
                                                       : ": 'dpkg-architecture -L' lists them"));
}

db::ArchitectureWish architecture_of(const Arguments& arguments) {
    const auto parts = split_name(arguments.one("architecture"), 3, "DISTRO/SERIES/TAG");
    db::ArchitectureWish wish{parts[0],
                              parts[1],
                              parts[2],
                              arguments.maybe("--family"),
                              arguments.has("--nominated"),
                              yes_or_no(arguments, "--enabled")};
    if (wish.family) checked_name(*wish.family, "processor family");
    return wish;
}

ExitStatus arch_add(Context& context, const Arguments& arguments) {
    const db::ArchitectureWish wish = architecture_of(arguments);
    checked_architecture(wish.tag);
    print_change("architecture " + arguments.one("architecture"),
                 db::add_architecture(context.database(), wish));
    return ExitStatus::done;
}

ExitStatus arch_set(Context& context, const Arguments& arguments) {
    print_changes("architecture " + arguments.one("architecture"),
                  db::set_architecture(context.database(), architecture_of(arguments)));
    return ExitStatus::done;
}

Pocket pocket_of(const Arguments& arguments) {
    return parse_label<Pocket>(arguments.maybe("--pocket").value_or("RELEASE"), "pocket");
}

void require_chroot(Context& context, const std::string& path, const std::string& architecture) {
    if (const auto file = open_file(path, O_RDONLY); !file)
        throw Failure(ExitStatus::bad_input, file.error().message);
    const auto contents = read_chroot_tarball(path);
    if (!contents)
        throw Failure(ExitStatus::bad_input,
                      contents.error().message +
                          ": builders unpack chroot-autobuild/ from it; --force takes it anyway");
    for (const auto& hint : chroot_hints(*contents, architecture))
        context.log().warning("{}: {}", path, hint);
}

ExitStatus chroot_set(Context& context, const Arguments& arguments) {
    const auto parts = split_name(arguments.one("architecture"), 3, "DISTRO/SERIES/TAG");
    const Pocket pocket = pocket_of(arguments);
    const auto arch = db::find_architecture(context.database(), parts[0], parts[1], parts[2]);
    if (!arguments.has("--force")) require_chroot(context, arguments.one("file"), parts[2]);
    const auto change = farm::store_chroot(context.database(), context.librarian(), arch, pocket,
                                           arguments.one("file"));
    print_change("chroot of " + arguments.one("architecture"), change);
    return ExitStatus::done;
}

}  // namespace

std::vector<Command> setup_commands() {
    const Argument architecture{"architecture", Kind::positional, "DISTRO/SERIES/TAG"};
    const Argument series{"series", Kind::positional, "DISTRO/SERIES"};
    const Argument status{"--status", Kind::option,
                          "EXPERIMENTAL, DEVELOPMENT, FROZEN, CURRENT, SUPPORTED or OBSOLETE",
                          "STATUS"};
    const Argument version{"--version", Kind::option, "Version, e.g. 5.04", "VERSION"};
    const Argument family{"--family", Kind::option, "Processor family, e.g. x86", "FAMILY"};
    const Argument nominated{"--nominated", Kind::flag, "It also builds the arch:all packages"};
    const std::vector<Argument> person{
        {"name", Kind::positional, "Name"},
        {"--email", Kind::option, "Address", "ADDRESS"},
        {"--team", Kind::flag, "It is a team"},
        {"--member", Kind::repeated_option, "A person of the team; may be repeated", "NAME"},
        dry_run_flag};
    auto set_person = person;
    set_person.push_back(max_running_option);
    return {
        {{"person", "add"}, "Add a person or team", person, person_add},
        {{"person", "set"}, "Change a person, or add to a team", set_person, person_set},
        {{"series", "add"},
         "Add a series, and its distribution when needed",
         {series, required(status), version, dry_run_flag},
         series_add},
        {{"series", "set"}, "Change a series", {series, status, version, dry_run_flag}, series_set},
        {{"arch", "add"},
         "Add an architecture to a series, and its processor when needed",
         {architecture, required(family), nominated, dry_run_flag},
         arch_add},
        {{"arch", "set"},
         "Change an architecture",
         {architecture,
          family,
          nominated,
          {"--enabled", Kind::option, "Whether it is built for: yes or no", "YES/NO"},
          dry_run_flag},
         arch_set},
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
