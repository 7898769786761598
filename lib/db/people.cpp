// Persons and teams (setup.hpp).
#include <fmt/format.h>

#include "db/known.hpp"
#include "db/setup.hpp"

namespace buildd::db {

namespace {

// Locked: it stays so until the end of the caller's transaction.
Values values_of(Transaction& transaction, const PersonWish& wish) {
    const auto id = person_id(transaction, wish.name);
    const Rows rows = transaction.query(R"(
        WITH member AS (
            SELECT person.name FROM teammembership JOIN person ON person.id = member
            WHERE team = $1)
        SELECT coalesce(email, ''), CASE WHEN is_team THEN 'yes' ELSE 'no' END,
            coalesce((SELECT string_agg(name, ' ' ORDER BY name) FROM member), ''),
            coalesce((SELECT string_agg(name, ' ' ORDER BY name) FROM (
                SELECT name FROM member UNION SELECT unnest($2::text[])) wanted (name)), ''),
            coalesce(max_running::text, '')
        FROM person WHERE id = $1 FOR NO KEY UPDATE)",
                                        id, wish.members);
    std::string email, team, members, wanted, running;
    rows[0] >> email >> team >> members >> wanted >> running;
    const auto team_wanted = wish.team ? std::optional<std::string>("yes") : std::nullopt;
    return {{"email", email, wish.email},
            {"team", team, team_wanted},
            {"members", members, wanted},
            {"max running", running, wish.max_running}};
}

void add_members(Transaction& transaction, const PersonWish& wish) {
    const auto team = person_id(transaction, wish.name);
    for (const auto& member : wish.members) {
        if (member == wish.name)
            throw Failure(ExitStatus::usage,
                          fmt::format("--member: {} cannot be a member of itself", member));
        transaction.execute(
            "INSERT INTO teammembership (team, member) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            team, person_id(transaction, member));
    }
}

}  // namespace

Change add_person(Database& database, const PersonWish& wish) {
    Transaction transaction(database);
    const auto created = transaction.execute(
        "INSERT INTO person (name, displayname, email, is_team) VALUES ($1::text, $1::text, $2, "
        "$3) ON CONFLICT (name) DO NOTHING",
        wish.name, wish.email, wish.team);
    if (created == 0)
        refuse_to_change("person " + wish.name, values_of(transaction, wish),
                         "buildd-master person set " + wish.name);
    add_members(transaction, wish);
    transaction.commit();
    return created > 0 ? Change::created : Change::unchanged;
}

Values set_person(Database& database, const PersonWish& wish) {
    Transaction transaction(database);
    const auto values = values_of(transaction, wish);
    const bool is_team = wish.team || values[1].is == "yes";
    if (!is_team && !wish.members.empty())
        throw Failure(
            ExitStatus::usage,
            fmt::format("{} is no team and has no members: --team makes it one", wish.name));
    transaction.execute(
        "UPDATE person SET email = coalesce($2, email), is_team = $3, "
        "max_running = nullif(coalesce($4, max_running::text), '')::integer WHERE name = $1",
        wish.name, wish.email, is_team, wish.max_running);
    add_members(transaction, wish);
    transaction.commit();
    return differing(values);
}

void require_person(Database& database, const std::string& name) {
    person_id(database, name);
}

}  // namespace buildd::db
