#include "db/held_rows.hpp"

#include <fmt/format.h>

namespace buildd::db {

namespace {

// The rows of `{rows}` (id, since) by name.
constexpr const char* names_of_builders = R"(
SELECT 'builder', b.id, format('builder ''%s''', b.name),
    extract(epoch FROM now() - coalesce({rows}.since, now()))::bigint
FROM {rows} JOIN builder b ON b.id = {rows}.id ORDER BY b.name)";

constexpr const char* names_of_jobs = R"(
SELECT 'job', q.id, format('job %s-%s on ''%s''', q.build, q.id, b.name),
    extract(epoch FROM now() - coalesce({rows}.since, now()))::bigint
FROM {rows} JOIN buildqueue q ON q.id = {rows}.id LEFT JOIN builder b ON b.id = q.builder
ORDER BY q.id)";

// FOR NO KEY UPDATE as UPDATE itself takes it: who merely refers to a row does not hold it.
constexpr const char* batch = R"(
WITH edit AS (SELECT * FROM {edits}),
    wanted AS (
        SELECT t.id, heldrow.since FROM edit JOIN {table} t ON t.id = edit.id
            LEFT JOIN heldrow ON heldrow.kind = '{kind}' AND heldrow.id = t.id
        WHERE {guard}),
    free AS (
        SELECT t.id, heldrow.since IS NOT NULL AS held FROM edit JOIN {table} t ON t.id = edit.id
            LEFT JOIN heldrow ON heldrow.kind = '{kind}' AND heldrow.id = t.id
        WHERE {guard} FOR NO KEY UPDATE OF t SKIP LOCKED),
    written AS (
        UPDATE {table} t SET {set} FROM edit, free
        WHERE t.id = free.id AND edit.id = free.id RETURNING t.id),
    forgotten AS (
        DELETE FROM heldrow USING (
            SELECT h.id FROM heldrow h JOIN written ON written.id = h.id
            WHERE h.kind = '{kind}' FOR UPDATE OF h SKIP LOCKED) gone
        WHERE heldrow.kind = '{kind}' AND heldrow.id = gone.id),
    skipped AS (
        SELECT id, since FROM wanted WHERE NOT EXISTS (SELECT 1 FROM free WHERE free.id = wanted.id)),
    noted AS (
        INSERT INTO heldrow (kind, id) SELECT '{kind}', id FROM skipped WHERE since IS NULL
        ON CONFLICT DO NOTHING))";

constexpr const char* note = R"(
WITH wish AS (SELECT $1::bigint AS id),
    noted AS (INSERT INTO heldrow (kind, id) SELECT '{kind}', id FROM wish ON CONFLICT DO NOTHING),
    skipped AS (
        SELECT wish.id, heldrow.since FROM wish
            LEFT JOIN heldrow ON heldrow.kind = '{kind}' AND heldrow.id = wish.id))";

std::string names_of(const char* kind) {
    const bool builders = std::string_view(kind) == "builder";
    return fmt::format(fmt::runtime(builders ? names_of_builders : names_of_jobs),
                       fmt::arg("rows", "skipped"));
}

HeldRow note_one(Database& database, const char* kind, std::int64_t id) {
    const std::string sql =
        fmt::format(fmt::runtime(note), fmt::arg("kind", kind)) + names_of(kind);
    const auto held = read_held_rows(database.change(sql.c_str(), id));
    return held.empty() ? HeldRow{kind, id, fmt::format("{} {}", kind, id), {}} : held.front();
}

}  // namespace

const char* const held_builder =
    "EXISTS (SELECT 1 FROM heldrow WHERE heldrow.kind = 'builder' AND heldrow.id = builder.id)";
const char* const held_job =
    "EXISTS (SELECT 1 FROM heldrow WHERE heldrow.kind = 'job' AND heldrow.id = buildqueue.id)";

std::string batch_sql(const BatchEdit& edit) {
    return fmt::format(fmt::runtime(batch), fmt::arg("kind", edit.kind),
                       fmt::arg("table", edit.table), fmt::arg("edits", edit.edits),
                       fmt::arg("guard", edit.guard), fmt::arg("set", edit.set)) +
           names_of(edit.kind);
}

std::vector<HeldRow> read_held_rows(const Rows& rows) {
    std::vector<HeldRow> held;
    for (Row row : rows) {
        HeldRow& one = held.emplace_back();
        row >> one.kind >> one.id >> one.name >> one.age;
    }
    return held;
}

std::string single_sql(const char* kind, const char* table, const std::string& update) {
    return fmt::format(
        "WITH written AS ({} RETURNING {}.id), forgotten AS (DELETE FROM heldrow USING written "
        "WHERE heldrow.kind = '{}' AND heldrow.id = written.id) SELECT id FROM written",
        update, table, kind);
}

HeldRow note_held(Database& database, BuilderId builder) {
    return note_one(database, "builder", builder.value);
}

HeldRow note_held(Database& database, JobId job) {
    return note_one(database, "job", job.value);
}

void wait_no_longer(Database& database) {
    database.script("SET lock_timeout = '5ms'");
}

}  // namespace buildd::db
