#include "crash/scene.hpp"

#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "support/result.hpp"

namespace crash {

namespace fs = std::filesystem;
using buildd::db::Database;
using buildd::test::fixture;
using buildd::test::fixture_path;
using buildd::test::read;

namespace {

Database& server() {
    static Database session{conninfo_of("postgres")};
    return session;
}

void drop(const std::string& database) {
    server().script(fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", database));
}

std::string job_sql(const Actor& actor) {
    if (actor.job == Job::none) return "";
    const bool asked = actor.job == Job::cancel_asked;
    const bool sent = actor.job != Job::unsent;
    return fmt::format(
        "INSERT INTO buildqueue (id, build, builder, buildstart, dispatched, attempts, "
        "abort_requested) VALUES ({0}, {1}, {1}, now() - interval '1 min', {2}, {3}, {4});",
        actor.build + 100, actor.build, sent ? "now() - interval '50 s'" : "NULL", sent ? 1 : 0,
        asked ? "now() - interval '10 s'" : "NULL");
}

std::string build_state(Job job) {
    if (job == Job::cancelling || job == Job::cancel_asked) return "CANCELLING";
    return job == Job::built ? "FULLYBUILT" : "BUILDING";
}

std::string actor_sql(const Actor& actor, const std::string& url) {
    std::string sql = fmt::format(
        "INSERT INTO builder (id, processor, name, title, url, trusted, clean_status, vm_host, "
        "architecturetag) VALUES ({0}, {1}, '{2}', '{2}', '{3}', {4}, '{5}', '{2}', '{6}');",
        actor.build, actor.architecture == "i386" ? 1 : 2, actor.name, url, actor.trusted,
        actor.clean_status, actor.architecture);
    if (actor.job == Job::none) return sql;
    sql +=
        fmt::format("SELECT pg_temp.new_build({}, '{}', '{}', {}, '{}', '{}', NULL);", actor.build,
                    actor.name, actor.architecture, actor.is_ppa() ? 9 : 1, build_state(actor.job),
                    actor.job == Job::superseded ? "SUPERSEDED" : "PUBLISHED");
    return sql + job_sql(actor);
}

std::string cookie_of(const std::string& name) {
    for (const auto& actor : actors())
        if (actor.name == name) return actor.cookie();
    return "";
}

// What needs the rows of the actors.
constexpr const char* last_touches = R"(
    UPDATE builder SET builderok = false, failnotes = 'no answer', disabled_by = NULL,
        probe_failures = 1, next_probe = now() - interval '1 s' WHERE name = 'failed';
    INSERT INTO binarypackagename (id, name) SELECT 50, 'custom';
    INSERT INTO binarypackagerelease (id, build, binarypackagename, version, architecture, component)
        SELECT 50, id, 50, '1.0', 'i386', 1 FROM build WHERE id =
            (SELECT id FROM builder WHERE name = 'custom');
    INSERT INTO binarypackagefile (binarypackagerelease, libraryfile) VALUES (50, 20);
    SELECT setval(pg_get_serial_sequence(c.relname, 'id'), 1000)
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'id'
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace;)";

// The upload of 306 was taken in: its binary is in the librarian.
std::string accepted_sql(const buildd::FileDigests& deb) {
    return fmt::format(
        "INSERT INTO libraryfilecontent (id, sha1, sha256, md5, filesize) VALUES (60, '{}', '{}', "
        "'{}', {}); INSERT INTO libraryfilealias (id, content, filename) VALUES (60, 60, "
        "'accepted_1.0_i386.deb'); INSERT INTO binarypackagename (id, name) VALUES (60, "
        "'accepted'); INSERT INTO binarypackagerelease (id, build, binarypackagename, version, "
        "architecture, component) VALUES (60, 306, 60, '1.0', 'i386', 1); "
        "INSERT INTO binarypackagefile (binarypackagerelease, libraryfile) VALUES (60, 60);",
        deb.sha1, deb.sha256, deb.md5, deb.size);
}

}  // namespace

std::string conninfo_of(const std::string& database) {
    const char* given = std::getenv("CRASH_POSTGRES");
    const std::string place = given != nullptr ? given : read(POSTGRES_FILE);
    return fmt::format("{} dbname={} user=farm", buildd::trim(place), database);
}

Scene::Scene(const std::string& template_database, const std::string& name,
             const std::string& template_root, std::string folder)
    : name_(name), folder_(std::move(folder)) {
    drop(name_);
    // Copying files is the faster way, where there is a choice (PostgreSQL 15).
    static const bool choice = [] {
        const buildd::db::Rows rows = server().script("SELECT version() ~ 'PostgreSQL 1[34]'");
        buildd::db::Row row = rows[0];
        return !row.get<bool>();
    }();
    server().script(fmt::format("CREATE DATABASE {} TEMPLATE {}{}", name_, template_database,
                                choice ? " STRATEGY file_copy" : ""));
    database_ = std::make_unique<Database>(conninfo());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    fs::copy(template_root, root(), fs::copy_options::recursive);
}

Scene::~Scene() {
    database_.reset();
    drop(name_);
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

std::string Scene::conninfo() const {
    return conninfo_of(name_);
}

std::vector<std::string> Scene::rows(const std::string& sql) {
    std::vector<std::string> out;
    const std::string wrapped = fmt::format(
        "SELECT array_to_string(ARRAY(SELECT coalesce(value, 'NULL') FROM "
        "json_each_text(row_to_json(t))), '|') FROM ({}) t",
        sql);
    for (buildd::db::Row row : database_->script(wrapped)) out.push_back(row.get<std::string>());
    return out;
}

std::string Scene::value(const std::string& sql) {
    const auto found = rows(sql);
    return found.empty() ? "" : found.front();
}

void Scene::let_time_pass() {
    database_->script(
        "UPDATE builder SET next_probe = now() - interval '1 s' WHERE next_probe IS NOT NULL;"
        "UPDATE mailqueue SET next_attempt = now() WHERE next_attempt IS NOT NULL;"
        "UPDATE buildqueue SET not_before = now() WHERE not_before IS NOT NULL");
    const auto children = buildd::list_folder(root() + "/children");
    for (const auto& child : *children)
        if (const auto path = root() + "/children/" + child + "/tries"; buildd::exists(path))
            fs::remove(path);
}

Stage::Stage(const std::string& name) : name_(name) {
    make_results();
    fleet_ = std::make_unique<fleet::Fleet>(statements(),
                                            std::vector<std::string>{"--smtp-dir", mails()});
    make_database();
    make_root();
}

Stage::~Stage() {
    drop(name_);
}

std::string Stage::results_of(const std::string& name) const {
    return folder_.path() + "/results/" + name;
}

std::string Stage::leaf_of(int build) {
    return fmt::format("20260101-000000-{}-{}", build, build + 100);
}

std::string Stage::doubtful_leaf() {
    return "20260101-000000-" + cookie_of("done");
}

// Everybody's log differs; some are longer than a buffer.
void Stage::make_results() {
    const auto make = [&](const std::string& name, const std::string& architecture, int packages) {
        std::string log = "Log of " + name + "\n";
        for (int line = 0; line < 40 * static_cast<int>(name.size()); ++line)
            log += fmt::format("{} cc -c {}.c\n", line * line, name);
        folder_.write("logs/" + name, log);
        fs::create_directories(results_of(name));
        buildd::test::ResultWish wish{name, "1.0", architecture};
        for (int i = 0; i < packages; ++i) {
            wish.package = i == 0 ? name : fmt::format("{}-{}", name, i);
            (void)buildd::test::make_result(results_of(name), wish);
        }
        if (packages < 2) return;
        wish.package = name;
        for (int i = 1; i < packages; ++i) wish.package += fmt::format(" {}-{}", name, i);
        buildd::test::write_changes(results_of(name),
                                    fmt::format("{}_1.0_{}.changes", name, architecture), wish);
    };
    for (const auto& actor : actors()) make(actor.name, actor.architecture, actor.packages);
    for (const auto& piece : pieces()) make(piece.name, piece.architecture, piece.packages);
}

void Stage::make_database() {
    drop(name_);
    server().script(fmt::format("CREATE DATABASE {} TEMPLATE farm_template", name_));
    Database database(conninfo_of(name_));
    database.script(fixture("sample-farm/farm.sql"));
    std::string sql = read(CRASH_FOLDER "/scene.sql");
    for (const auto& actor : actors()) sql += actor_sql(actor, fleet_->url(actor.name));
    sql += last_touches;
    sql += accepted_sql(*buildd::digest_file(results_of("accepted") + "/accepted_1.0_i386.deb"));
    sql += "UPDATE farm SET uuid = '11111111-2222-3333-4444-555555555555'";
    database.script(sql);
}

void Stage::make_leaf(const std::string& folder, const std::string& name, int build) {
    const std::string leaf = fmt::format("root/{}/{}", folder, leaf_of(build));
    fs::create_directories(folder_.path() + "/" + leaf);
    fs::copy(results_of(name), folder_.path() + "/" + leaf + "/ubuntu");
    if (folder != "incoming") folder_.write(leaf + "/uploader.log", "What it did.\n");
}

// Leftovers of every kind that a pass which died can leave.
void Stage::make_root() {
    const std::string root = folder_.path() + "/root";
    for (const char* folder : {"grabbing", "incoming", "locks", "failed-to-move", "accepted",
                               "rejected", "failed", "librarian/pending"})
        fs::create_directories(root + "/" + folder);
    fs::copy(fixture_path("sample-farm/files"), root + "/librarian", fs::copy_options::recursive);
    for (const char* folder : {"root", "root/librarian"})
        folder_.write(fmt::format("{}/farm-uuid", folder),
                      "11111111-2222-3333-4444-555555555555\n");
    folder_.write("root/url-key.conf", "secure_link_md5 \"$secure_link_expires$uri 00\";\n");
    make_leaf("incoming", "incoming", 305);
    make_leaf("accepted", "accepted", 306);
    make_leaf("rejected", "rejected", 307);
    fs::create_directories(root + "/librarian/60");
    fs::copy(results_of("accepted") + "/accepted_1.0_i386.deb", root + "/librarian/60");
    folder_.write("reset-host", "echo \"$2\" >>\"$1\"\n");
    folder_.write("root/incoming/" + doubtful_leaf() + "/ubuntu/half", "gathered");
    folder_.write("root/grabbing/" + cookie_of("older") + "/ubuntu/older_1.0_i386.changes", "torn");
    folder_.write("root/grabbing/999-9999/ubuntu/file", "nobody's");
    folder_.write("root/locks/20250101-000000-999-9999", "nobody's\n");
    folder_.write("root/librarian/pending/900", "half a file");
    folder_.write("root/librarian/900/half", "half a file");
}

std::vector<std::string> Stage::statements() const {
    std::vector<std::string> lines;
    for (const auto& actor : actors())
        lines.push_back(fmt::format("builder {} arch={} generation={}", actor.name,
                                    actor.architecture, actor.generation));
    return lines;
}

// The fleet as the scene finds it. New builds end at once: nobody has to wait for them.
std::string Stage::opening() const {
    std::string lines = "* heal\n* reset\n* up\n* abort-time 0\nsmtp ok\n";
    lines += fmt::format("* outcome DEPFAIL after=0 'dependencies=nothing (>= 1)' log={}\n",
                         log_of("waiting"));
    lines += fmt::format("quick outcome OK after=0 files={} log={}\n", results_of("swift"),
                         log_of("swift"));
    for (const auto& actor : actors()) {
        std::string world = buildd::replace_all(actor.world, "%c", actor.cookie());
        const std::string files = actor.packages > 0 ? "files=" + results_of(actor.name) : "";
        world = buildd::replace_all(world, "%f", files + " log=" + log_of(actor.name));
        lines += fmt::format("{} {}\n", actor.name, world);
    }
    return lines;
}

std::unique_ptr<Scene> Stage::open() {
    fleet_->say(opening());
    fleet_->clear_calls();
    for (const auto& entry : fs::directory_iterator(mails())) fs::remove(entry.path());
    return std::make_unique<Scene>(name_, fmt::format("{}_scene", name_), folder_.path() + "/root",
                                   scene_folder());
}

std::vector<std::string> Stage::environment(const Scene& scene) const {
    const std::vector<std::pair<std::string, std::string>> settings{
        {"DATABASE", scene.conninfo()},
        {"ROOT", scene.root()},
        {"LOCKFILE", scene.root() + "/../lock"},
        {"LIBRARIAN_URL", "http://librarian.example.org"},
        {"LIBRARIAN_RESTRICTED_URL", "http://librarian.example.org/restricted"},
        {"SMTP_URL", fleet_->smtp_url()},
        {"DEFAULT_SENDER_ADDRESS", "buildd@example.org"},
        {"SOCKET_TIMEOUT", "5 s"},
        {"SMTP_TIMEOUT", "5 s"},
        {"VM_RESUME_COMMAND",
         fmt::format("/bin/sh {}/reset-host {} %(vm_host)s", folder_.path(), scene.resets())},
    };
    // Under ptrace LeakSanitizer cannot work.
    std::vector<std::string> out{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8",
                                 "ASAN_OPTIONS=detect_leaks=0"};
    for (const auto& [name, value] : settings)
        out.push_back(fmt::format("BUILDD_MASTER_{}={}", name, value));
    return out;
}

}  // namespace crash
