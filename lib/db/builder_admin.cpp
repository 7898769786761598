#include "db/builder_admin.hpp"

#include <fmt/format.h>

#include "db/times.hpp"

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

std::int64_t insert_builder(Database& database, const BuilderWish& wish,
                            const std::optional<std::int64_t>& processor) {
    if (!wish.url || !processor) return 0;
    return database.execute(R"(
        INSERT INTO builder (name, processor, url, title, vm_host, trusted, manual)
        VALUES ($1::text, $2, $3, coalesce($4, $1::text), $5, coalesce($6, true), coalesce($7, false))
        ON CONFLICT (name) DO NOTHING)",
                            wish.name, processor, wish.url, wish.title, wish.vm_host, wish.trusted,
                            wish.manual);
}

std::int64_t update_builder(Database& database, const BuilderWish& wish,
                            const std::optional<std::int64_t>& processor) {
    return database.execute(R"(
        UPDATE builder SET processor = new.processor, url = new.url, title = new.title,
            vm_host = new.vm_host, trusted = new.trusted, manual = new.manual,
            next_probe = CASE WHEN next_probe > now() THEN now() ELSE next_probe END
        FROM (SELECT id, coalesce($2, processor) AS processor, coalesce($3, url) AS url,
                coalesce($4, title) AS title, coalesce($5, vm_host) AS vm_host,
                coalesce($6, trusted) AS trusted, coalesce($7, manual) AS manual
            FROM builder WHERE name = $1) new
        WHERE builder.id = new.id AND (builder.processor, builder.url, builder.title,
            builder.vm_host, builder.trusted, builder.manual) IS DISTINCT FROM (new.processor,
            new.url, new.title, new.vm_host, new.trusted, new.manual))",
                            wish.name, processor, wish.url, wish.title, wish.vm_host, wish.trusted,
                            wish.manual);
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

Change change_builder(Database& database, const BuilderWish& wish, bool may_create) {
    const auto processor = processor_id(database, wish.tag);
    try {
        const auto created = may_create ? insert_builder(database, wish, processor) : 0;
        if (created > 0) return Change::created;
        builder_id(database, wish.name);
        return update_builder(database, wish, processor) > 0 ? Change::changed : Change::unchanged;
    } catch (const StatementError& error) {
        if (error.is_taken()) throw_url_taken(database, wish);
        throw;
    }
}

}  // namespace

Change add_builder(Database& database, const BuilderWish& wish) {
    return change_builder(database, wish, true);
}

Change set_builder(Database& database, const BuilderWish& wish) {
    return change_builder(database, wish, false);
}

Change enable_builder(Database& database, const std::string& name) {
    const auto id = builder_id(database, name);
    const auto changed = database.execute(
        "UPDATE builder SET builderok = true, failnotes = NULL, faillogline = NULL, failure_count "
        "= 0, "
        "probe_failures = 0, silent_probes = 0, silent_since = NULL, aborting_since = NULL, "
        "aborting_seen = NULL "
        "WHERE id = $1 AND (NOT builderok OR failure_count > 0)",
        id);
    return changed > 0 ? Change::changed : Change::unchanged;
}

Change disable_builder(Database& database, const std::string& name, const std::string& who,
                       const std::optional<std::string>& reason) {
    const auto id = builder_id(database, name);
    const auto changed = database.execute(
        "UPDATE builder SET builderok = false, disabled_by = $2, next_probe = NULL, "
        "failnotes = coalesce($3, failnotes), "
        "faillogline = CASE WHEN $3 IS NULL THEN faillogline END WHERE id = $1 AND (disabled_by IS "
        "NULL "
        "OR failnotes IS DISTINCT FROM coalesce($3, failnotes))",
        id, who, reason);
    return changed > 0 ? Change::changed : Change::unchanged;
}

std::vector<BuilderRow> list_builders(Database& database, const std::optional<std::string>& name) {
    static const std::string sql =
        "SELECT b.name, b.url, processor.name, coalesce(b.vm_host, ''), " +
        iso_time("b.next_probe") +
        R"(,
            CASE WHEN b.builderok AND q.id IS NOT NULL THEN 'building'
                WHEN b.builderok AND b.manual THEN 'manual'
                WHEN b.builderok THEN 'ok'
                WHEN b.disabled_by IS NOT NULL THEN 'disabled'
                ELSE 'failed' END,
            coalesce(b.disabled_by, ''), b.trusted, b.clean_status, build.id,
            coalesce(spn.name || ' ' || spr.version, ''), coalesce(b.failnotes, ''),
            coalesce(b.faillogline, '')
        FROM builder b JOIN processor ON processor.id = b.processor
            LEFT JOIN buildqueue q ON q.builder = b.id
            LEFT JOIN build ON build.id = q.build
            LEFT JOIN sourcepackagerelease spr ON spr.id = build.sourcepackagerelease
            LEFT JOIN sourcepackagename spn ON spn.id = spr.sourcepackagename
        WHERE $1::text IS NULL OR b.name = $1 ORDER BY b.name)";
    std::vector<BuilderRow> builders;
    for (Row row : database.query(sql.c_str(), name)) {
        BuilderRow& one = builders.emplace_back();
        row >> one.name >> one.url >> one.tag >> one.vm_host >> one.next_probe >> one.state >>
            one.disabled_by >> one.trusted >> one.clean_status >> one.build >> one.job >>
            one.notes >> one.log_line;
    }
    return builders;
}

}  // namespace buildd::db
