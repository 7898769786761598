#include "db/archives.hpp"

#include <fmt/format.h>

#include "db/known.hpp"
#include "db/places.hpp"
#include "db/privacy.hpp"
#include "db/unless_taken.hpp"

namespace buildd::db {

namespace {

std::string name_of(const ArchiveWish& wish) {
    return wish.distribution + "/" + wish.name;
}

std::optional<std::int64_t> owner_of(Database& database, const ArchiveWish& wish) {
    if (!wish.owner || wish.owner->empty()) return std::nullopt;
    return person_id(database, *wish.owner);
}

std::optional<std::string> words(const std::optional<ArchivePurpose>& value) {
    if (!value) return std::nullopt;
    return std::string(label(*value));
}

std::optional<std::string> number_words(const std::optional<int>& value) {
    if (!value) return std::nullopt;
    return std::to_string(*value);
}

// Its row is locked until the end of the caller's transaction. A key is shown by its digest.
Values values_of(Database& database, const ArchiveWish& wish) {
    const Rows rows =
        database.query(R"(
        SELECT archive.id, purpose, url, coalesce(person.name, ''), coalesce(external_lines, ''),
            coalesce(components, ''), CASE WHEN private THEN 'yes' ELSE 'no' END,
            CASE WHEN debug_symbols THEN 'yes' ELSE 'no' END,
            CASE WHEN rebuild THEN 'yes' ELSE 'no' END, score::text,
            coalesce('sha256 ' || encode(sha256(convert_to(nullif(signing_key, ''), 'UTF8')), 'hex'),
                ''),
            coalesce(archive.max_running::text, ''),
            CASE WHEN $3 = '' THEN '' ELSE
                'sha256 ' || encode(sha256(convert_to($3::text, 'UTF8')), 'hex') END
        FROM archive LEFT JOIN person ON person.id = archive.owner
        WHERE distribution = $1 AND archive.name = $2 FOR NO KEY UPDATE OF archive)",
                       distribution_id(database, wish.distribution), wish.name, wish.signing_key);
    if (rows.empty())
        throw missing(fmt::format("archive '{}'", name_of(wish)),
                      fmt::format("add it with 'buildd-master archive add {} --purpose P --url U'",
                                  name_of(wish)));
    std::int64_t id = 0;
    std::string purpose, url, owner, lines, components, is_private, symbols, rebuild, score, key,
        running;
    std::optional<std::string> key_wanted;
    rows[0] >> id >> purpose >> url >> owner >> lines >> components >> is_private >> symbols >>
        rebuild >> score >> key >> running >> key_wanted;
    Values values{{"purpose", purpose, words(wish.purpose)},
                  {"url", url, wish.url},
                  {"owner", owner, wish.owner},
                  {"external lines", lines, wish.external_lines},
                  {"components", components, wish.components},
                  {"private", is_private, yes_or_no(wish.is_private)},
                  {"debug symbols", symbols, yes_or_no(wish.debug_symbols)},
                  {"rebuild", rebuild, yes_or_no(wish.rebuild)},
                  {"score", score, number_words(wish.score)},
                  {"signing key", key, key_wanted},
                  {"max running", running, wish.max_running}};
    for (auto& value : pocket_values(database, id, wish.pockets))
        values.push_back(std::move(value));
    return values;
}

ArchiveId id_of(Database& database, const ArchiveWish& wish) {
    return database
        .query("SELECT id FROM archive WHERE distribution = $1 AND name = $2",
               distribution_id(database, wish.distribution), wish.name)[0]
        .get<ArchiveId>();
}

// Builders are given the RELEASE pocket alone of all but a PRIMARY archive.
void require_used(std::optional<ArchivePurpose> purpose, const ArchiveWish& wish) {
    if (purpose.value_or(ArchivePurpose::PRIMARY) == ArchivePurpose::PRIMARY) return;
    for (const auto& pocket : wish.pockets)
        if (pocket.pocket != Pocket::RELEASE && pocket.text() != "default")
            throw Failure(
                ExitStatus::usage,
                fmt::format("builders are given the pocket RELEASE alone of {}, a {}: write "
                            "--pocket RELEASE=URL,SUITE,COMPONENTS, or say {} of the PRIMARY "
                            "archive of {}",
                            name_of(wish), label(*purpose), label(pocket.pocket),
                            wish.distribution));
}

void say_pockets(Transaction& transaction, const ArchiveWish& wish) {
    if (wish.pockets.empty()) return;
    put_pockets(transaction, id_of(transaction, wish).value, wish.pockets);
}

// Nobody makes, claims or ends jobs until the end of the caller's transaction.
void hold_jobs(Transaction& transaction) {
    transaction.script("LOCK TABLE buildqueue IN SHARE ROW EXCLUSIVE MODE");
}

void require_no_running_build(Database& database, const ArchiveWish& wish) {
    const Rows rows = database.query(R"(
        SELECT build.id, buildstate FROM active_build build JOIN archive ON archive.id = build.archive
            JOIN distribution ON distribution.id = archive.distribution
        WHERE distribution.name = $1 AND archive.name = $2
            AND buildstate <> 'NEEDSBUILD' ORDER BY 1 LIMIT 1)",
                                     wish.distribution, wish.name);
    if (rows.empty()) return;
    std::int64_t build = 0;
    std::string state;
    rows[0] >> build >> state;
    throw Failure(ExitStatus::busy,
                  fmt::format("build {} of {} is {}: purpose and owner can be changed when none "
                              "is under way",
                              build, name_of(wish), state));
}

std::int64_t insert_archive(Transaction& transaction, const ArchiveWish& wish) {
    if (!wish.url) return 0;
    return transaction.execute(
        R"(
        INSERT INTO archive (distribution, name, purpose, url, owner, signing_key, external_lines,
            components, private, debug_symbols, rebuild, score)
        VALUES ($1, $2, coalesce($3::archivepurpose, 'PRIMARY'), $4, $5, nullif($6, ''),
            nullif($7, ''), nullif($8, ''), coalesce($9::boolean, false),
            coalesce($10::boolean, false), coalesce($11::boolean, false), coalesce($12::integer, 0))
        ON CONFLICT (distribution, name) DO NOTHING)",
        distribution_id(transaction, wish.distribution), wish.name, wish.purpose, wish.url,
        owner_of(transaction, wish), wish.signing_key, wish.external_lines, wish.components,
        wish.is_private, wish.debug_symbols, wish.rebuild, wish.score);
}

void update_archive(Transaction& transaction, const ArchiveWish& wish) {
    transaction.execute(
        R"(
        UPDATE archive SET purpose = coalesce($3::archivepurpose, purpose), url = coalesce($4, url),
            owner = CASE WHEN $6 THEN $5 ELSE owner END,
            signing_key = nullif(coalesce($7, signing_key), ''),
            external_lines = nullif(coalesce($8, external_lines), ''),
            components = nullif(coalesce($9, components), ''),
            private = coalesce($10, private), debug_symbols = coalesce($11, debug_symbols),
            rebuild = coalesce($12, rebuild), score = coalesce($13, score),
            max_running = nullif(coalesce($14, max_running::text), '')::integer
        WHERE distribution = $1 AND name = $2)",
        distribution_id(transaction, wish.distribution), wish.name, wish.purpose, wish.url,
        owner_of(transaction, wish), wish.owner.has_value(), wish.signing_key, wish.external_lines,
        wish.components, wish.is_private, wish.debug_symbols, wish.rebuild, wish.score,
        wish.max_running);
}

// Its files follow in the same transaction.
void change_archive(Transaction& transaction, const ArchiveWish& wish, bool privacy) {
    const ArchiveId id = id_of(transaction, wish);
    hold_places(transaction, id);
    if (privacy) hold_privacy_of_all(transaction);
    update_archive(transaction, wish);
    if (privacy) have_files_follow(transaction, id);
}

// Its pending jobs stand among others now.
void weigh_again(Transaction& transaction, ArchiveId archive) {
    transaction.execute(R"(
        UPDATE buildqueue SET fairness = NULL WHERE id IN (
            SELECT q.id FROM buildqueue q JOIN build ON build.id = q.build
            WHERE build.archive = $1 AND q.builder IS NULL AND q.fairness IS NOT NULL
            FOR NO KEY UPDATE OF q SKIP LOCKED))",
                        archive);
}

[[noreturn]] void throw_primary_taken(Database& database, const ArchiveWish& wish) {
    const Rows rows = database.query(
        "SELECT format('%s/%s', distribution.name, archive.name) FROM archive JOIN distribution ON "
        "distribution.id = archive.distribution WHERE distribution.name = $1 AND purpose = "
        "'PRIMARY'",
        wish.distribution);
    throw Failure(ExitStatus::usage,
                  fmt::format("{} has a PRIMARY archive already, {}", wish.distribution,
                              rows.empty() ? "another" : rows[0].get<std::string>()));
}

}  // namespace

Change add_archive(Database& database, const ArchiveWish& wish) {
    const auto add = [&](Transaction& transaction) {
        const bool there =
            !transaction
                 .query("SELECT 1 FROM archive WHERE distribution = $1 AND name = $2",
                        distribution_id(transaction, wish.distribution), wish.name)
                 .empty();
        if (!there && !wish.url)
            throw Failure(ExitStatus::usage,
                          fmt::format("the archive {} is new: it needs --url", name_of(wish)));
        if (!there) require_used(wish.purpose, wish);
        if (!there && insert_archive(transaction, wish) > 0) {
            say_pockets(transaction, wish);
            return Change::created;
        }
        refuse_to_change("archive " + name_of(wish), values_of(transaction, wish),
                         "buildd-master archive set " + name_of(wish));
        return Change::unchanged;
    };
    return unless_taken(database, add, [&] { throw_primary_taken(database, wish); });
}

Values set_archive(Database& database, const ArchiveWish& wish) {
    // The queue is held only where something moves; looked at again once it is.
    const bool moves = holds_any(differing(values_of(database, wish)), {"purpose", "owner"});
    const auto set = [&](Transaction& transaction) {
        if (moves) hold_jobs(transaction);
        const auto values = values_of(transaction, wish);
        auto changed = differing(values);
        if (!moves && holds_any(changed, {"purpose", "owner"}))
            throw Failure(ExitStatus::busy, "somebody else changes the same archive: try again");
        if (moves) require_no_running_build(transaction, wish);
        const std::string purpose = wish.purpose ? std::string(label(*wish.purpose)) : values[0].is;
        require_used(from_label<ArchivePurpose>(purpose), wish);
        if (purpose == label(ArchivePurpose::PPA) && wish.owner.value_or(values[2].is).empty())
            throw Failure(ExitStatus::usage, "a PPA has an owner: give --owner NAME");
        if (changed.empty()) return changed;
        change_archive(transaction, wish, holds_any(changed, {"private"}));
        if (moves || holds_any(changed, {"rebuild"}))
            weigh_again(transaction, id_of(transaction, wish));
        say_pockets(transaction, wish);
        return changed;
    };
    return unless_taken(database, set, [&] { throw_primary_taken(database, wish); });
}

}  // namespace buildd::db
