// Architectures of series, and the processors behind them (setup.hpp).
#include <fmt/format.h>

#include "db/known.hpp"
#include "db/setup.hpp"

namespace buildd::db {

namespace {

std::string name_of(const ArchitectureWish& wish) {
    return fmt::format("{}/{}/{}", wish.distribution, wish.series, wish.tag);
}

// Of one that may be new; the series is locked until the end of the caller's transaction.
Values values_of(Transaction& transaction, const ArchitectureWish& wish) {
    const Rows rows = transaction.query(R"(
        SELECT coalesce(
                (SELECT family.name FROM processor JOIN processorfamily family
                    ON family.id = processor.family WHERE processor.name = $2),
                (SELECT family.name FROM processorfamily family WHERE id = das.processorfamily),
                $3, ''),
            coalesce(nominated.architecturetag, ''), coalesce(das.enabled, true)
        FROM distroseries
            LEFT JOIN distroarchseries das ON das.distroseries = distroseries.id
                AND das.architecturetag = $2
            LEFT JOIN distroarchseries nominated ON nominated.id = distroseries.nominatedarchindep
        WHERE distroseries.id = $1 FOR NO KEY UPDATE OF distroseries)",
                                        series_id(transaction, wish.distribution, wish.series),
                                        wish.tag, wish.family);
    std::string family, nominated;
    bool enabled = true;
    rows[0] >> family >> nominated >> enabled;
    Values values{{fmt::format("family of {} in every series", wish.tag), family, wish.family},
                  {"nominated", nominated, std::nullopt},
                  {"enabled", yes_or_no(enabled), yes_or_no(wish.enabled)}};
    if (wish.nominated) values[1].wanted = wish.tag;
    return values;
}

// A trigger lets the architectures of that tag follow their processor.
std::int64_t processor_for(Transaction& transaction, const ArchitectureWish& wish) {
    transaction.execute(
        "INSERT INTO processorfamily (name, title) VALUES ($1::text, $1::text) ON CONFLICT DO "
        "NOTHING",
        wish.family);
    transaction.execute(R"(
        INSERT INTO processor (family, name, title)
        SELECT id, $2::text, $2::text FROM processorfamily WHERE name = $1
        ON CONFLICT (name) DO UPDATE SET family = excluded.family
            WHERE processor.family <> excluded.family)",
                        wish.family, wish.tag);
    return transaction.query("SELECT id FROM processorfamily WHERE name = $1", wish.family)[0]
        .get<std::int64_t>();
}

void nominate(Transaction& transaction, std::int64_t series, const std::string& tag) {
    transaction.execute(
        "UPDATE distroseries SET nominatedarchindep = das.id FROM distroarchseries das "
        "WHERE distroseries.id = $1 AND das.distroseries = $1 AND das.architecturetag = $2",
        series, tag);
}

// What a new one must not change either: its processor's family, which architecture is nominated.
Values changed_by_a_new_one(Values values) {
    if (values[1].is.empty()) values[1].wanted.reset();
    return values;
}

}  // namespace

Change add_architecture(Database& database, const ArchitectureWish& wish) {
    Transaction transaction(database);
    const auto series = series_id(transaction, wish.distribution, wish.series);
    const auto values = values_of(transaction, wish);
    const bool there = !database
                            .query(
                                "SELECT 1 FROM distroarchseries WHERE distroseries = $1 AND "
                                "architecturetag = $2",
                                series, wish.tag)
                            .empty();
    if (!there && values[1].wanted && !values[1].is.empty())
        throw Failure(ExitStatus::usage,
                      fmt::format("{0}/{1} has {2} nominated: add {3} without --nominated, then "
                                  "'buildd-master arch set {0}/{1}/{3} --nominated'",
                                  wish.distribution, wish.series, values[1].is, wish.tag));
    const std::string what = there ? "architecture " + name_of(wish)
                                   : "what the architecture " + name_of(wish) + " needs";
    refuse_to_change(what, there ? values : changed_by_a_new_one(values),
                     there ? "buildd-master arch set " + name_of(wish) : "buildd-master arch set");
    if (there) return Change::unchanged;
    transaction.execute(
        "INSERT INTO distroarchseries (distroseries, processorfamily, architecturetag) "
        "VALUES ($1, $2, $3)",
        series, processor_for(transaction, wish), wish.tag);
    if (wish.nominated) nominate(transaction, series, wish.tag);
    transaction.commit();
    return Change::created;
}

Values set_architecture(Database& database, const ArchitectureWish& wish) {
    Transaction transaction(database);
    const auto id = find_architecture(transaction, wish.distribution, wish.series, wish.tag);
    auto changed = differing(values_of(transaction, wish));
    if (wish.family) processor_for(transaction, wish);
    if (wish.nominated)
        nominate(transaction, series_id(transaction, wish.distribution, wish.series), wish.tag);
    transaction.execute("UPDATE distroarchseries SET enabled = coalesce($2, enabled) WHERE id = $1",
                        id, wish.enabled);
    transaction.commit();
    return changed;
}

}  // namespace buildd::db
