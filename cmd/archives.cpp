// archive add, set, refresh, check.
#include "db/archives.hpp"

#include <fmt/format.h>

#include "archive_words.hpp"
#include "base/fd.hpp"
#include "base/text.hpp"
#include "command.hpp"
#include "farm/check_archives.hpp"
#include "farm/moves.hpp"
#include "farm/refresh.hpp"
#include "pages.hpp"
#include "show.hpp"

namespace buildd::cmd {

namespace {

using Kind = Argument::Kind;

std::optional<std::string> file_of(const Arguments& arguments, const std::string& option) {
    const auto path = arguments.maybe(option);
    if (!path) return std::nullopt;
    auto content = read_file(*path, 1 << 20);
    if (!content) throw Failure(ExitStatus::bad_input, option + ": " + content.error().message);
    return to_utf8(*content);
}

// DISTRO/NAME in one word, or in two as older versions wanted it.
void name_archive(const Arguments& arguments, db::ArchiveWish& wish) {
    const auto second = arguments.maybe("name");
    const auto parts =
        split_name(arguments.one("archive") + (second ? "/" + *second : ""), 2, "DISTRO/NAME");
    wish.distribution = checked_name(parts[0], "distribution");
    wish.name = checked_name(parts[1], "archive");
}

constexpr std::int64_t greatest_score = 1'000'000;

std::optional<int> score_of(const Arguments& arguments) {
    const auto text = arguments.maybe("--score");
    if (!text) return std::nullopt;
    const auto score = parse_int(*text);
    if (!score || std::abs(*score) > greatest_score)
        throw Failure(ExitStatus::usage,
                      fmt::format("--score: '{}' is no whole number from -{} to {}",
                                  one_line(*text), greatest_score, greatest_score));
    return static_cast<int>(*score);
}

db::ArchiveWish archive_of(const Arguments& arguments) {
    db::ArchiveWish wish;
    name_archive(arguments, wish);
    if (const auto purpose = arguments.maybe("--purpose"))
        wish.purpose = parse_label<ArchivePurpose>(*purpose, "archive purpose");
    if (const auto url = arguments.maybe("--url")) wish.url = url_of(*url, "--url");
    wish.owner = arguments.maybe("--owner");
    if (const auto components = arguments.maybe("--components"))
        wish.components = components_of(*components);
    wish.signing_key = file_of(arguments, "--key");
    wish.external_lines = file_of(arguments, "--external-lines");
    wish.debug_symbols = yes_or_no(arguments, "--debug-symbols");
    wish.rebuild = yes_or_no(arguments, "--rebuild");
    wish.score = score_of(arguments);
    wish.pockets = pockets_of(arguments);
    return wish;
}

std::string title(const db::ArchiveWish& wish) {
    return "archive " + wish.distribution + "/" + wish.name;
}

ExitStatus archive_add(Context& context, const Arguments& arguments) {
    db::ArchiveWish wish = archive_of(arguments);
    if (arguments.has("--private")) wish.is_private = true;
    if (wish.purpose == ArchivePurpose::PPA && wish.owner.value_or("").empty())
        throw Failure(ExitStatus::usage, "a PPA has an owner: give --owner NAME");
    print_change(title(wish), db::add_archive(context.database(), wish));
    return ExitStatus::done;
}

// An upload, an import or a pass that stores a file is done with it by then, unless a
// publish_command runs on.
constexpr std::chrono::seconds for_others{10};

void await_others(Context& context, const Librarian& librarian) {
    const auto stored = librarian.await_others(for_others);
    if (!stored || !*stored)
        context.log().warning(
            "Files are still being stored: those that are of this archive are moved by the pass "
            "after that");
}

// Files, leaves and pages are what the archive is before the command returns; also what a killed
// one has left. What fails keeps nothing else from being done.
void follow(Context& context) {
    constexpr auto all = farm::MoveClock::time_point::max();
    const Librarian librarian = context.librarian();
    const Settings& settings = context.settings();
    std::string wrong;
    const auto note = [&wrong](const Result<void>& done, const char* then) {
        if (!done && wrong.empty()) wrong = done.error().message + then;
    };
    const char* later = "; what is left is moved by the next pass";
    const auto leaves = farm::give_access_to_leaves(settings, context.database());
    note(farm::move_files(context.database(), librarian, all), later);
    note(leaves, later);
    note(rewrite_pages(context), "");
    await_others(context, librarian);
    note(farm::finish_moves(settings, context.database(), librarian, all), later);
    if (!wrong.empty()) throw Failure(ExitStatus::unavailable, wrong);
}

ExitStatus archive_set(Context& context, const Arguments& arguments) {
    db::ArchiveWish wish = archive_of(arguments);
    wish.is_private = yes_or_no(arguments, "--private");
    wish.max_running = max_running_of(arguments);
    const auto changed = db::set_archive(context.database(), wish);
    print_changes(title(wish), changed);  // it is committed, whatever becomes of its files
    if (wish.is_private && !context.dry_run()) follow(context);
    return ExitStatus::done;
}

ExitStatus archive_refresh(Context& context, const Arguments& arguments) {
    const StopSignals& signals = context.stop_signals();
    context.tell_problems();
    const farm::RefreshOrder order{arguments.all("archive"), arguments.has("--forget-missing")};
    std::vector<std::string> failed;
    for (const auto& one : farm::refresh_archives(context.settings(), context.database(), order,
                                                  signals, context.log())) {
        print_line(fmt::format("archive {}: {}", one.archive, one.text()));
        if (one.failed) failed.push_back(one.archive);
    }
    if (failed.empty()) return ExitStatus::done;
    throw Failure(ExitStatus::unavailable, "not refreshed, or only in part: " + join(failed, ", "));
}

ExitStatus archive_check(Context& context, const Arguments& arguments) {
    const StopSignals& signals = context.stop_signals();
    context.tell_problems();
    std::vector<std::string> failed;
    for (const auto& one : farm::check_archives(context.settings(), context.database(),
                                                arguments.all("archive"), signals, context.log())) {
        print_line(fmt::format("archive {}: {}", one.archive, one.text()));
        for (const auto& line : one.lines)
            if (const auto words = line.words(); !words.empty())
                print_line(fmt::format("archive {}: {}", one.archive, words));
        if (one.faults() > 0) failed.push_back(one.archive);
    }
    if (failed.empty()) return ExitStatus::done;
    throw Failure(ExitStatus::unavailable, "apt cannot use all lines of " + join(failed, ", "));
}

}  // namespace

std::vector<Command> archive_commands() {
    Argument archives{"archive", Kind::repeated_positional, "DISTRO/NAME (all enabled ones)"};
    archives.optional = true;
    Argument name{"name", Kind::positional, "Its name, where the distribution stands alone"};
    name.optional = true;
    const Argument archive{"archive", Kind::positional, "DISTRO/NAME"};
    const Argument purpose{"--purpose", Kind::option, "PRIMARY, PPA or PARTNER", "PURPOSE"};
    const Argument url{"--url", Kind::option, "As in a deb line", "URL"};
    const Argument owner{"--owner", Kind::option, "Owner of a PPA", "NAME"};
    const Argument key{"--key", Kind::option, "Armored signing key", "FILE"};
    const Argument lines{"--external-lines", Kind::option, "Further deb lines for its builds",
                         "FILE"};
    const Argument components{"--components", Kind::option, "Of a PRIMARY archive, as PPAs see it",
                              "'A B'"};
    const Argument pocket{"--pocket", Kind::repeated_option,
                          "Where one is: [SERIES/]POCKET=URL,SUITE,COMPONENTS", "WHERE"};
    const Argument symbols{"--debug-symbols", Kind::option,
                           "Packages of debug symbols too: yes or no", "YES/NO"};
    const Argument rebuild{"--rebuild", Kind::option,
                           "Everything is built anew, behind uploads: yes or no", "YES/NO"};
    const Argument score{"--score", Kind::option, "Points that its jobs have more than others",
                         "POINTS"};
    return {
        {{"archive", "add"},
         "Add an archive",
         {archive,
          name,
          required(purpose),
          url,
          owner,
          key,
          {"--private", Kind::flag, "Its sources, packages and logs are restricted"},
          lines,
          components,
          pocket,
          symbols,
          rebuild,
          score,
          dry_run_flag},
         archive_add},
        {{"archive", "set"},
         "Change an archive",
         {archive,
          purpose,
          url,
          owner,
          key,
          {"--private", Kind::option, "Restricted, with all that is in it: yes or no", "YES/NO"},
          lines,
          components,
          pocket,
          symbols,
          rebuild,
          score,
          max_running_option,
          dry_run_flag},
         archive_set},
        {{"archive", "refresh"},
         "Read which binaries archives hold, for dependency waits",
         {archives,
          {"--forget-missing", Kind::flag,
           "Forget suites and components that are no longer there"}},
         archive_refresh,
         Command::Tells::itself},
        {{"archive", "check"},
         "Fetch each deb line that builders are given as apt would",
         {archives},
         archive_check,
         Command::Tells::itself}};
}

}  // namespace buildd::cmd
