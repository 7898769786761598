#include "db/builder_admin.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "db/times.hpp"
#include "db/unless_taken.hpp"

namespace buildd::db {

namespace {

std::int64_t builder_id(Database& database, const std::string& name) {
    const Rows rows = database.query("SELECT id FROM builder WHERE name = $1", name);
    if (rows.empty())
        throw Failure(ExitStatus::usage,
                      fmt::format("there is no builder '{}': 'buildd-master builder list' names "
                                  "them",
                                  name));
    return rows[0].get<std::int64_t>();
}

std::optional<std::int64_t> processor_id(Database& database,
                                         const std::optional<std::string>& tag) {
    if (!tag) return std::nullopt;
    const Rows rows = database.query("SELECT id FROM processor WHERE name = $1", *tag);
    if (rows.empty())
        throw Failure(ExitStatus::usage,
                      fmt::format("there is no architecture '{}': add it with 'buildd-master arch "
                                  "add DISTRO/SERIES/{} --family F'",
                                  *tag, *tag));
    return rows[0].get<std::int64_t>();
}

std::int64_t insert_builder(Transaction& transaction, const BuilderWish& wish,
                            const std::optional<std::int64_t>& processor) {
    if (!wish.url || !processor) return 0;
    return transaction.execute(R"(
        INSERT INTO builder (name, processor, url, title, vm_host, trusted, manual)
        VALUES ($1::text, $2, $3, coalesce($4, $1::text), nullif($5, ''), coalesce($6, true), coalesce($7, false))
        ON CONFLICT (name) DO NOTHING)",
                               wish.name, processor, wish.url, wish.title, wish.vm_host,
                               wish.trusted, wish.manual);
}

// Its row is locked until the end of the caller's transaction.
Values values_of(Transaction& transaction, const BuilderWish& wish) {
    const Rows rows = transaction.query(R"(
        SELECT builder.url, processor.name, builder.title, coalesce(vm_host, ''), trusted, manual,
            array_to_string(tags, ' '), reserved, array_to_string(refuses, ' ')
        FROM builder JOIN processor ON processor.id = builder.processor
        WHERE builder.id = $1 FOR NO KEY UPDATE OF builder)",
                                        builder_id(transaction, wish.name));
    std::string url, tag, title, vm_host, tags, refuses;
    bool trusted = true, manual = false, reserved = false;
    rows[0] >> url >> tag >> title >> vm_host >> trusted >> manual >> tags >> reserved >> refuses;
    return {{"url", url, wish.url},
            {"architecture", tag, wish.tag},
            {"title", title, wish.title},
            {"VM host", vm_host, wish.vm_host},
            {"trusted", yes_or_no(trusted), yes_or_no(wish.trusted)},
            {"manual", yes_or_no(manual), yes_or_no(wish.manual)},
            {"tags", tags, wish.tags},
            {"reserved", yes_or_no(reserved), yes_or_no(wish.reserved)},
            {"refuses", refuses, wish.refuses}};
}

void require_no_job(Database& database, const std::string& name) {
    if (database
            .query("SELECT 1 FROM buildqueue WHERE builder = (SELECT id FROM builder WHERE name = "
                   "$1)",
                   name)
            .empty())
        return;
    throw Failure(ExitStatus::busy,
                  fmt::format("builder '{}' has a job: architecture and trust can be changed when "
                              "it has none",
                              name));
}

// As its row is to be.
void require_tag_to_reserve(const std::string& name, const Values& values) {
    std::string tags, reserved;
    for (const auto& [what, is, wanted] : values) {
        if (what == "tags") tags = wanted.value_or(is);
        if (what == "reserved") reserved = wanted.value_or(is);
    }
    if (tags.empty() && reserved == yes_or_no(true))
        throw Failure(ExitStatus::usage,
                      fmt::format("builder '{}' has no tag to be reserved for: give --tag TAG, or "
                                  "--no-reserved",
                                  name));
}

void update_builder(Transaction& transaction, const BuilderWish& wish, bool other_machine) {
    transaction.execute(R"(
        UPDATE builder SET processor = coalesce($2, processor), url = coalesce($3, url),
            title = coalesce($4, title), vm_host = nullif(coalesce($5, vm_host), ''),
            trusted = coalesce($6, trusted), manual = coalesce($7, manual),
            tags = coalesce(string_to_array($9, ' '), tags), reserved = coalesce($10, reserved),
            refuses = coalesce(string_to_array($11, ' '), refuses),
            clean_status = CASE WHEN $8 THEN 'DIRTY' ELSE clean_status END,
            next_probe = CASE WHEN next_probe > now() THEN now() ELSE next_probe END
        WHERE name = $1)",
                        wish.name, processor_id(transaction, wish.tag), wish.url, wish.title,
                        wish.vm_host, wish.trusted, wish.manual, other_machine, wish.tags,
                        wish.reserved, wish.refuses);
}

[[noreturn]] void throw_url_taken(Database& database, const BuilderWish& wish) {
    const Rows others = database.query(
        "SELECT format('builder ''%s'' (%s)', name, url) FROM builder "
        "WHERE builder_address(url) = builder_address($1::text) AND name <> $2",
        wish.url, wish.name);
    const std::string other = others.empty() ? "another builder" : others[0].get<std::string>();
    throw Failure(ExitStatus::usage, fmt::format("{} leads to the daemon of {} already",
                                                 wish.url.value_or(""), other));
}

// Job first, then builder, as those who end and claim jobs lock them; what has committed meanwhile
// is seen by the statement that looks again.
bool hold_builder_with_job(Transaction& transaction, std::int64_t builder) {
    transaction.query("SELECT 1 FROM buildqueue WHERE builder = $1 FOR UPDATE", builder);
    transaction.query("SELECT 1 FROM builder WHERE id = $1 FOR UPDATE", builder);
    return transaction
        .query(
            "SELECT disabled_by IS NULL AND EXISTS (SELECT 1 FROM buildqueue WHERE builder = $1) "
            "FROM builder WHERE id = $1",
            builder)[0]
        .get<bool>();
}

}  // namespace

Change add_builder(Database& database, const BuilderWish& wish) {
    const auto add = [&](Transaction& transaction) {
        const auto processor = processor_id(transaction, wish.tag);
        const bool there =
            !transaction.query("SELECT 1 FROM builder WHERE name = $1", wish.name).empty();
        if (!there && insert_builder(transaction, wish, processor) > 0) return Change::created;
        refuse_to_change("builder " + wish.name, values_of(transaction, wish),
                         "buildd-master builder set " + wish.name);
        return Change::unchanged;
    };
    return unless_taken(database, add, [&] { throw_url_taken(database, wish); });
}

Values set_builder(Database& database, const BuilderWish& wish) {
    const auto set = [&](Transaction& transaction) {
        const auto values = values_of(transaction, wish);
        require_tag_to_reserve(wish.name, values);
        auto changed = differing(values);
        if (holds_any(changed, {"architecture", "trusted"})) require_no_job(transaction, wish.name);
        const bool other = holds_any(changed, {"architecture", "trusted", "url", "VM host"});
        if (!changed.empty()) update_builder(transaction, wish, other);
        return changed;
    };
    return unless_taken(database, set, [&] { throw_url_taken(database, wish); });
}

Change enable_builder(Database& database, const std::string& name) {
    const auto id = builder_id(database, name);
    const auto changed = database.execute(
        "UPDATE builder SET builderok = true, failnotes = NULL, faillogline = NULL, failure_count "
        "= 0, "
        "probe_failures = 0, silent_probes = 0, silent_since = NULL, aborting_since = NULL, "
        "aborting_seen = NULL, drained_by = NULL, drain_reason = NULL, suspicion = 0, "
        "quarantines = 0, quarantined_until = NULL, quarantined_since = NULL, "
        "quarantine_reason = NULL "
        "WHERE id = $1 AND (NOT builderok OR failure_count > 0 OR drained_by IS NOT NULL "
        "OR suspicion > 0 OR quarantined_until IS NOT NULL)",
        id);
    return changed > 0 ? Change::changed : Change::unchanged;
}

Change disable_builder(Database& database, const std::string& name, const std::string& who,
                       const std::optional<std::string>& reason) {
    const auto id = builder_id(database, name);
    const auto changed = database.execute(
        "UPDATE builder SET builderok = false, disabled_by = $2, next_probe = NULL, "
        "drained_by = NULL, drain_reason = NULL, "
        "failnotes = coalesce($3, failnotes), "
        "faillogline = CASE WHEN $3 IS NULL THEN faillogline END WHERE id = $1 AND (disabled_by IS "
        "NULL "
        "OR failnotes IS DISTINCT FROM coalesce($3, failnotes))",
        id, who, reason);
    return changed > 0 ? Change::changed : Change::unchanged;
}

Change drain_builder(Database& database, const std::string& name, const std::string& who,
                     const std::optional<std::string>& reason) {
    Transaction transaction(database);
    const auto id = builder_id(transaction, name);
    Change change = Change::unchanged;
    if (!hold_builder_with_job(transaction, id))
        change = disable_builder(transaction, name, who, reason);
    else if (transaction.execute(
                 "UPDATE builder SET drained_by = $2, drain_reason = $3 WHERE id = $1 "
                 "AND (drained_by, drain_reason) IS DISTINCT FROM ($2, $3)",
                 id, who, reason) > 0)
        change = Change::changed;
    transaction.commit();
    return change;
}

std::vector<BuilderRow> list_builders(Database& database, const std::optional<std::string>& name) {
    static const std::string sql =
        "SELECT b.name, b.url, builder_now.architecture, coalesce(b.vm_host, ''), " +
        iso_time("b.next_probe") +
        R"(,
            builder_now.state,
            coalesce(b.disabled_by, ''), coalesce(b.drained_by, ''), b.trusted,
            array_to_string(b.tags, ' '), b.reserved, array_to_string(b.refuses, ' '),
            b.clean_status, build.id,
            coalesce(spn.name || ' ' || spr.version, ''),
            concat_ws('; ', b.failnotes, b.quarantine_reason,
                (SELECT words FROM breaker WHERE breaker.id = b.cut_off_by)), coalesce(b.faillogline, ''),
            b.suspicion, )" +
        iso_time("b.quarantined_until") + R"(
        FROM builder b JOIN builder_now ON builder_now.id = b.id
            LEFT JOIN buildqueue q ON q.builder = b.id
            LEFT JOIN build ON build.id = q.build
            LEFT JOIN sourcepackagerelease spr ON spr.id = build.sourcepackagerelease
            LEFT JOIN sourcepackagename spn ON spn.id = spr.sourcepackagename
        WHERE $1::text IS NULL OR b.name = $1 ORDER BY b.name)";
    std::vector<BuilderRow> builders;
    for (Row row : database.query(sql.c_str(), name)) {
        BuilderRow& one = builders.emplace_back();
        std::string tags, refuses;
        row >> one.name >> one.url >> one.tag >> one.vm_host >> one.next_probe >> one.state >>
            one.disabled_by >> one.drained_by >> one.trusted >> tags >> one.purpose.reserved >>
            refuses >> one.clean_status >> one.build >> one.job >> one.notes >> one.log_line >>
            one.suspicion >> one.quarantined_until;
        one.purpose.tags = split_words(tags);
        one.purpose.refuses = split_words(refuses);
    }
    return builders;
}

}  // namespace buildd::db
