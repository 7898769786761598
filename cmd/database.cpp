// db init, upgrade, check.
#include <algorithm>
#include <fmt/format.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "command.hpp"
#include "db/check.hpp"
#include "db/library.hpp"
#include "db/schema.hpp"
#include "farm/folders.hpp"
#include "farm/moves.hpp"
#include "policy/architectures.hpp"
#include "show.hpp"

namespace buildd::cmd {

namespace {

using Kind = Argument::Kind;

constexpr int page_size = 1000;

ExitStatus db_init(Context& context, const Arguments& arguments) {
    db::Database& database = context.raw_database();
    const auto role = arguments.maybe("--role");
    if (role) db::require_role(database, *role);
    db::require_no_farm(database);
    farm::require_new_folders(context.settings());
    db::create_schema(database);
    if (role) db::grant_to_role(database, *role);
    print_line(fmt::format("the farm's tables are made (schema version {})",
                           db::program_schema_version()));
    return ExitStatus::done;
}

ExitStatus db_upgrade(Context& context, const Arguments&) {
    const int found = db::upgrade_schema(context.raw_database());
    const int now = db::program_schema_version();
    print_line(found == now ? fmt::format("the schema is at version {} already", now)
                            : fmt::format("schema upgraded from version {} to {}", found, now));
    return ExitStatus::done;
}

// Whether it is where its row has it, and read by no others; with `repair` it is brought there.
Result<bool> is_put_in_place(Context& context, const Librarian& librarian, const LibraryFile& file,
                             bool repair) {
    auto right = librarian.is_in_place(file);
    if (!right || *right || !repair || context.dry_run()) return right;
    const auto row = [&] { return db::read_library_file(context.database(), file.id); };
    if (auto moved = librarian.move(file.id, row); !moved) return moved.error();
    return librarian.is_in_place(file);
}

// Library files that are missing, altered or in the wrong place; their rows say what they should
// be.
int check_library(Context& context, const Librarian& librarian, bool repair) {
    int bad = 0;
    LibraryFileId after{0};
    for (;;) {
        const auto page = db::library_page(context.database(), after, page_size);
        if (page.empty()) return bad;
        for (const auto& file : page) {
            after = file.id;
            const std::string path = librarian.path(file.id, file.filename, file.restricted);
            const auto right = is_put_in_place(context, librarian, file, repair);
            if (!right || !*right) {
                ++bad;
                print_line(fmt::format("library file {} {}", path,
                                       right ? "can be read by others, or lies in two places"
                                             : "is not in its place: " + right.error().message));
            }
            const auto found = digest_file(path);
            if (found && *found == file.digests) continue;
            ++bad;
            print_line(fmt::format("library file {} {}", path,
                                   found ? "is altered: its size or digests are not those stored"
                                         : "is missing: " + found.error().message));
        }
    }
}

// Leaves of private archives that others can read.
int check_leaves(Context& context, bool repair) {
    const Settings& settings = context.settings();
    if (repair && !context.dry_run())  // what cannot be mended is told below
        (void)farm::give_access_to_leaves(settings, context.database()).ok();
    const auto open = farm::open_leaves(settings, context.database());
    for (const auto& leaf : open) print_line(fmt::format("leaf {} can be read by others", leaf));
    return static_cast<int>(open.size());
}

void mend(Context& context) {
    db::Transaction transaction(context.database());
    const auto mended = db::mend(transaction);
    transaction.commit();
    for (const auto& sentence : mended) print_line(sentence);
}

// Taken by versions that did not look: each gets a build of every source, and no builder.
std::vector<std::string> unknown_architectures(Context& context) {
    const auto& known = policy::known_architectures();
    std::vector<std::string> sentences;
    for (const auto& name : db::enabled_architectures(context.database()))
        if (std::find(known.begin(), known.end(), base_name(name)) == known.end())
            sentences.push_back(
                fmt::format("dpkg knows no architecture like {0}: 'buildd-master "
                            "arch set {0} --enabled no' has nothing built for it",
                            name));
    return sentences;
}

ExitStatus db_check(Context& context, const Arguments& arguments) {
    const Librarian librarian = context.librarian();
    const bool repair = arguments.has("--repair");
    if (repair) mend(context);
    auto found = db::find_inconsistencies(context.database());
    for (auto& sentence : unknown_architectures(context)) found.push_back(std::move(sentence));
    for (const auto& sentence : found) print_line(sentence);
    const int bad = check_library(context, librarian, repair) + check_leaves(context, repair);
    if (found.empty() && bad == 0) {
        print_line("nothing wrong was found");
        return ExitStatus::done;
    }
    return ExitStatus::needs_person;
}

}  // namespace

std::vector<Command> database_commands() {
    return {
        {{"db", "init"},
         "Create the farm's tables in an empty database",
         {{"--role", Kind::option, "Grant this role what the passes need", "ROLE"}, dry_run_flag},
         db_init},
        {{"db", "upgrade"}, "Bring an older schema up to date", {dry_run_flag}, db_upgrade},
        {{"db", "check"},
         "Check schema, contradictions in the tables, and the librarian's files",
         {{"--repair", Kind::flag, "Mend what follows from the rest of the tables"}, dry_run_flag},
         db_check},
    };
}

}  // namespace buildd::cmd
