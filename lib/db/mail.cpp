#include "db/mail.hpp"

#include "base/text.hpp"
#include "db/build_columns.hpp"
#include "db/library.hpp"

namespace buildd::db {

MailFacts read_mail_facts(Database& database, BuildId build) {
    static const std::string sql = "SELECT " + component_column + R"(, builder.name, archive.name,
            extract(epoch FROM build.buildduration)::bigint, build.buildlog,
            (SELECT lfa.id FROM sourcepackagereleasefile file
                JOIN libraryfilealias lfa ON lfa.id = file.libraryfile
             WHERE file.sourcepackagerelease = spr.id AND lfa.filename LIKE '%.dsc' LIMIT 1), )" +
                                   build_columns + " FROM build " + build_joins + R"(
            LEFT JOIN builder ON builder.id = build.builder
        WHERE build.id = $1)";
    const Rows rows = database.query(sql.c_str(), build);
    MailFacts facts;
    std::optional<std::string> builder;
    std::optional<LibraryFileId> log, dsc;
    Row row = rows[0];
    row >> facts.component >> builder >> facts.archive_title >> facts.duration >> log >> dsc;
    facts.build = read_build(row);
    facts.builder = builder.value_or("");
    if (log) facts.build_log = read_library_file(database, *log);
    if (dsc) facts.dsc = read_library_file(database, *dsc);
    return facts;
}

namespace {

// `told (person, creator)` begins with `first`; a team without an address means its members.
template <class... Args>
std::vector<Recipient> recipients_of(Database& database, const std::string& first,
                                     const Args&... args) {
    const std::string sql = "WITH RECURSIVE told (person, creator) AS (" + first + R"(
            UNION SELECT teammembership.member, told.creator FROM told
                JOIN person team ON team.id = told.person AND team.email IS NULL
                JOIN teammembership ON teammembership.team = team.id)
        SELECT person.email, bool_or(told.creator) FROM told
            JOIN person ON person.id = told.person
        WHERE person.email IS NOT NULL GROUP BY person.email ORDER BY person.email)";
    std::vector<Recipient> recipients;
    for (Row row : database.query(sql.c_str(), args...)) {
        Recipient& one = recipients.emplace_back();
        row >> one.address >> one.creator;
    }
    return recipients;
}

}  // namespace

std::vector<Recipient> read_recipients(Database& database, BuildId build, bool notify_owner,
                                       const std::string& admins) {
    return recipients_of(database, R"(
            SELECT spr.creator, true FROM build
                JOIN sourcepackagerelease spr ON spr.id = build.sourcepackagerelease
                JOIN archive ON archive.id = build.archive
                WHERE build.id = $1 AND $2 AND (NOT archive.private OR spr.creator IN (WITH RECURSIVE insider (person) AS (SELECT archive.owner
                        UNION SELECT member FROM insider
                            JOIN teammembership ON team = insider.person)
                        SELECT person FROM insider))
            UNION SELECT CASE WHEN archive.purpose = 'PPA' THEN archive.owner
                    ELSE (SELECT id FROM person WHERE name = $3) END, false
                FROM build JOIN archive ON archive.id = build.archive WHERE build.id = $1
            UNION SELECT person.id, false FROM build, person
                WHERE build.id = $1 AND build.buildstate = 'CHROOTWAIT' AND person.name = $3)",
                         build, notify_owner, admins);
}

std::vector<Recipient> read_admins(Database& database, const std::string& admins) {
    return recipients_of(database, "SELECT id, false FROM person WHERE name = $1", admins);
}

void queue_mail(Transaction& transaction, std::optional<BuildId> build, const Mail& mail) {
    transaction.execute(
        "INSERT INTO mailqueue (build, recipient, subject, message) VALUES ($1, $2, $3, $4)", build,
        mail.recipient, mail.subject, mail.message);
}

std::vector<MailId> due_mails(Database& database, int limit) {
    std::vector<MailId> mails;
    for (Row row : database.query(
             "SELECT id FROM mailqueue WHERE next_attempt <= now() ORDER BY id LIMIT $1", limit))
        mails.push_back(row.get<MailId>());
    return mails;
}

std::optional<DueMail> read_due_mail(Database& database, MailId id) {
    const Rows rows = database.query(
        "SELECT id, recipient, subject, message, attempts, "
        "extract(epoch FROM now() - datecreated)::bigint FROM mailqueue "
        "WHERE id = $1 AND next_attempt <= now()",
        id);
    if (rows.empty()) return std::nullopt;
    DueMail mail;
    Row row = rows[0];
    row >> mail.id >> mail.recipient >> mail.subject >> mail.message >> mail.attempts >> mail.age;
    return mail;
}

void mark_sent(Database& database, MailId mail) {
    database.execute(
        "UPDATE mailqueue SET datesent = now(), next_attempt = NULL, attempts = attempts + 1, "
        "lasterror = NULL WHERE id = $1 AND datesent IS NULL",
        mail);
}

void mark_unsent(Database& database, MailId mail, const std::string& error,
                 std::optional<std::chrono::minutes> retry_in) {
    const auto minutes = retry_in ? std::optional(retry_in->count()) : std::nullopt;
    database.execute(
        "UPDATE mailqueue SET attempts = attempts + 1, lasterror = $2, "
        "next_attempt = now() + make_interval(mins => $3::integer) "
        "WHERE id = $1 AND datesent IS NULL",
        mail, mask_passwords(error), minutes);
}

}  // namespace buildd::db
