// builder add, list, show, set, enable, disable.
#include <fmt/format.h>

#include "base/text.hpp"
#include "command.hpp"
#include "db/builder_admin.hpp"
#include "net/http.hpp"
#include "show.hpp"

namespace buildd::cmd {

namespace {

using Kind = Argument::Kind;

// TAG, or DISTRO/SERIES/TAG: it is the same in every series.
std::optional<std::string> tag_of(const Arguments& arguments) {
    auto text = arguments.maybe("--arch");
    if (!text || text->find('/') == text->npos) return text;
    return split_name(*text, 3, "TAG or DISTRO/SERIES/TAG").back();
}

void check_url(const std::optional<std::string>& url) {
    if (!url) return;
    if (const auto checked = net::check_builder_url(*url); !checked)
        throw Failure(ExitStatus::usage, checked.error().message);
}

ExitStatus builder_add(Context& context, const Arguments& arguments) {
    db::BuilderWish wish;
    wish.name = checked_name(arguments.one("name"), "builder");
    wish.url = arguments.one("url");
    wish.tag = tag_of(arguments);
    wish.vm_host = arguments.maybe("--vm-host");
    if (arguments.has("--untrusted")) wish.trusted = false;
    if (arguments.has("--manual")) wish.manual = true;
    check_url(wish.url);
    print_change("builder " + wish.name, db::add_builder(context.database(), wish));
    return ExitStatus::done;
}

// Sorted words of a repeated option, each once; "" with `none`, nullopt without either.
std::optional<std::string> words_of(const Arguments& arguments, const std::string& option,
                                    const std::string& none) {
    auto words = arguments.all(option);
    if (arguments.has(none)) {
        if (!words.empty())
            throw Failure(ExitStatus::usage, fmt::format("give {} or {}, not both", option, none));
        return "";
    }
    if (words.empty()) return std::nullopt;
    std::ranges::sort(words);
    words.erase(std::unique(words.begin(), words.end()), words.end());
    return join(words, " ");
}

std::optional<bool> reserved_of(const Arguments& arguments) {
    const bool yes = arguments.has("--reserved"), no = arguments.has("--no-reserved");
    if (yes && no) throw Failure(ExitStatus::usage, "give --reserved or --no-reserved, not both");
    return yes || no ? std::optional(yes) : std::nullopt;
}

ExitStatus builder_set(Context& context, const Arguments& arguments) {
    db::BuilderWish wish;
    wish.name = arguments.one("name");
    wish.url = arguments.maybe("--url");
    wish.tag = tag_of(arguments);
    wish.title = arguments.maybe("--title");
    wish.vm_host = arguments.maybe("--vm-host");
    wish.trusted = yes_or_no(arguments, "--trusted");
    wish.manual = yes_or_no(arguments, "--manual");
    for (const auto& tag : arguments.all("--tag")) checked_name(tag, "tag");
    for (const auto& glob : arguments.all("--refuse")) checked_glob(glob, "--refuse");
    wish.tags = words_of(arguments, "--tag", "--no-tag");
    wish.refuses = words_of(arguments, "--refuse", "--no-refuse");
    wish.reserved = reserved_of(arguments);
    check_url(wish.url);
    print_changes("builder " + wish.name, db::set_builder(context.database(), wish));
    return ExitStatus::done;
}

ExitStatus builder_enable(Context& context, const Arguments& arguments) {
    const std::string& name = arguments.one("name");
    print_change("builder " + name, db::enable_builder(context.database(), name));
    return ExitStatus::done;
}

// What becomes of the job that it has.
void print_job(const db::BuilderRow& builder, bool drained) {
    if (!builder.build) return;
    const std::string job = fmt::format("build {} ({})", builder.build->value, builder.job);
    if (drained)
        print_line(
            fmt::format("its job, {}, ends first: then {} is out of use", job, builder.name));
    else
        print_line(
            fmt::format("its job, {}, is aborted by the next pass and waits for another "
                        "builder; 'builder disable --drain' lets a job end first",
                        job));
}

ExitStatus builder_disable(Context& context, const Arguments& arguments) {
    const std::string& name = arguments.one("name");
    const bool drain = arguments.has("--drain");
    const auto reason = arguments.maybe("--reason");
    print_change("builder " + name, (drain ? db::drain_builder : db::disable_builder)(
                                        context.database(), name, context.person(), reason));
    const auto builder = db::list_builders(context.database(), name);
    if (!builder.empty()) print_job(builder.front(), !builder.front().drained_by.empty());
    return ExitStatus::done;
}

std::string trust_words(const db::BuilderRow& builder) {
    return builder.trusted ? "trusted"
                           : fmt::format("untrusted, {}", lower(label(builder.clean_status)));
}

// As scripts read it: of one that waits for its canary, as of one that rests.
std::string state_word(BuilderState state) {
    switch (state) {
        case BuilderState::IDLE:
            return "ok";
        case BuilderState::CANARY:
            return "quarantined";
        case BuilderState::CUTOFF:
            return "cut off";
        default:
            return lower(label(state));
    }
}

std::string state_words(const db::BuilderRow& builder) {
    if (builder.state == BuilderState::MANUAL) return "ok, manual";
    if (builder.state == BuilderState::DISABLED) return "disabled by " + builder.disabled_by;
    std::string words = state_word(builder.state);
    if (words == "failed") words += ", next probe " + to_the_second(builder.next_probe).substr(11);
    if (words == "quarantined")
        words += " until " + to_the_second(builder.quarantined_until).substr(11) + ", then one job";
    if (!builder.drained_by.empty()) words += ", then disabled by " + builder.drained_by;
    return words;
}

Tone tone_of(const db::BuilderRow& builder) {
    switch (builder.state) {
        case BuilderState::BUILDING:
            return Tone::waiting;
        case BuilderState::MANUAL:
        case BuilderState::IDLE:
            return Tone::good;
        default:
            return Tone::bad;
    }
}

// `whole`: with what only `builder show` tells a person.
Record record_of(const db::BuilderRow& b, bool whole) {
    const auto build = b.build ? Value(b.build->value) : Value();
    return {{"name", "NAME", b.name},
            {"url", whole ? "URL" : "", b.url},
            {"architecture", "ARCH", b.tag},
            {"trusted", "TRUST", b.trusted, trust_words(b)},
            {"tags", whole ? "TAGS" : "", join(b.purpose.tags, " ")},
            {"reserved", whole ? "RESERVED" : "", b.purpose.reserved},
            {"refuses", whole ? "REFUSES" : "", join(b.purpose.refuses, " ")},
            {"clean_status", "", std::string(label(b.clean_status))},
            {"vm_host", whole ? "VM HOST" : "", b.vm_host},
            {"state", "STATE", state_word(b.state), state_words(b), tone_of(b)},
            {"disabled_by", "", b.disabled_by},
            {"drained_by", "", b.drained_by},
            {"next_probe", "", b.next_probe},
            {"quarantined_until", "", b.quarantined_until},
            {"suspicion", whole ? "SUSPICION" : "", fmt::format("{:.1f}", b.suspicion)},
            {"build", "", build},
            {"source", "BUILDING", b.job},
            {"notes", "NOTES", b.notes},
            {"log_line", "LOG'S LAST LINE", b.log_line}};
}

Record list_record(const db::BuilderRow& builder) {
    return record_of(builder, false);
}

ExitStatus builder_list(Context& context, const Arguments& arguments) {
    const auto builders = db::list_builders(context.database(), std::nullopt);
    show_list(arguments, table_of("builders", builders, list_record));
    return ExitStatus::done;
}

ExitStatus builder_show(Context& context, const Arguments& arguments) {
    const auto rows = db::list_builders(context.database(), arguments.one("name"));
    if (rows.empty())
        throw Failure(ExitStatus::usage,
                      fmt::format("there is no builder '{}'", arguments.one("name")));
    show_record(arguments, record_of(rows.front(), true));
    return ExitStatus::done;
}

}  // namespace

std::vector<Command> builder_commands() {
    const Argument name{"name", Kind::positional, "Its name"};
    const Argument vm_host{"--vm-host", Kind::option, "What vm_resume_command is told", "HOST"};
    return {
        {{"builder", "add"},
         "Add a builder",
         {name,
          {"url", Kind::positional, "http://host:8221/"},
          {"--arch", Kind::option, "Architecture tag", "TAG", true},
          {"--untrusted", Kind::flag, "It builds PPAs, and only those"},
          vm_host,
          {"--manual", Kind::flag, "dispatch never gives it a job"},
          dry_run_flag},
         builder_add},
        {{"builder", "list"}, "List the builders", {json_flag}, builder_list},
        {{"builder", "show"}, "Show one builder", {name, json_flag}, builder_show},
        {{"builder", "set"},
         "Change a builder",
         {name,
          {"--url", Kind::option, "Where it listens", "URL"},
          {"--arch", Kind::option, "Architecture tag", "TAG"},
          {"--title", Kind::option, "Title", "TEXT"},
          vm_host,
          {"--trusted", Kind::option, "Trusted or not", "true|false"},
          {"--manual", Kind::option, "Manual or not", "true|false"},
          {"--tag", Kind::repeated_option, "What jobs may need, instead of what it had", "TAG"},
          {"--no-tag", Kind::flag, "It has no tags any more"},
          {"--reserved", Kind::flag, "It takes only jobs that need its tags"},
          {"--no-reserved", Kind::flag, "It takes other jobs, too"},
          {"--refuse", Kind::repeated_option, "Sources that it builds no more, instead of others",
           "GLOB"},
          {"--no-refuse", Kind::flag, "It refuses no source any more"},
          dry_run_flag},
         builder_set},
        {{"builder", "enable"}, "Put a builder back to use", {name, dry_run_flag}, builder_enable},
        {{"builder", "disable"},
         "Take a builder out of use until it is enabled",
         {name,
          {"--reason", Kind::option, "Why", "TEXT"},
          {"--drain", Kind::flag, "When the job that it has is over, which would be aborted"},
          dry_run_flag},
         builder_disable},
    };
}

}  // namespace buildd::cmd
