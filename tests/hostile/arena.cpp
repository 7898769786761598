#include "hostile/arena.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "support/measured.hpp"
#include "support/result.hpp"

namespace buildd::test {

namespace fs = std::filesystem;

namespace {

constexpr const char* honest_log = "This is an honest build log\n";

std::string name_of(std::size_t row) {
    return fmt::format("bad{}", row);
}

// A family, processor, architecture, builder, source and build each, so that nobody else takes the
// job: what comes of it is this builder's doing. Ids from 1000 on, of honest ones from 5000 on.
constexpr const char* farm_rows = R"(
DELETE FROM buildqueue; DELETE FROM builder; DELETE FROM build WHERE buildstate = 'NEEDSBUILD';
CREATE TEMP TABLE actor AS SELECT 1000 + n AS id, 'bad' || n AS name, 'h' || n AS tag
    FROM generate_series(0, {bad} - 1) n;
INSERT INTO actor SELECT 5000 + n, 'good' || n, 'g' || n FROM generate_series(0, {good} - 1) n;
CREATE TEMP TABLE kind AS SELECT tag, min(id) AS id FROM actor GROUP BY tag;
INSERT INTO processorfamily (id, name, title) SELECT id, tag, tag FROM kind;
INSERT INTO processor (id, family, name, title) SELECT id, id, tag, tag FROM kind;
INSERT INTO distroarchseries (id, distroseries, processorfamily, architecturetag)
    SELECT id, 3, id, tag FROM kind;
INSERT INTO pocketchroot (distroarchseries, chroot) SELECT id, 1 FROM kind;
INSERT INTO sourcepackagename (id, name) SELECT id, name || '-src' FROM actor;
INSERT INTO sourcepackagerelease (id, sourcepackagename, version, component, creator)
    SELECT id, id, '1.0', 1, 1 FROM actor;
INSERT INTO sourcepackagereleasefile SELECT id, 10 FROM actor;
INSERT INTO sourcepackagepublishinghistory
        (sourcepackagerelease, distroseries, archive, component, status)
    SELECT id, 3, 1, 1, 'PUBLISHED' FROM actor;
INSERT INTO build (id, processor, distroarchseries, sourcepackagerelease, archive)
    SELECT actor.id, kind.id, kind.id, actor.id, 1 FROM actor JOIN kind USING (tag)
    WHERE actor.id >= 5000 OR actor.id - 1000 IN ({busy});
INSERT INTO builder (id, processor, name, title, url)
    SELECT actor.id, kind.id, name, name, 'http://127.0.0.1:1/' || name
    FROM actor JOIN kind USING (tag);
INSERT INTO buildqueue (build) SELECT id FROM actor WHERE id >= 5000;
)";

constexpr const char* later = R"(
UPDATE buildqueue SET silent_since = silent_since - interval '1 h',
    abort_requested = abort_requested - interval '1 h', not_before = NULL;
UPDATE builder SET aborting_since = aborting_since - interval '1 h';
UPDATE builder SET next_probe = next_probe - interval '1 h' WHERE next_probe IS NOT NULL;
)";

// The place of its package in the librarian.
constexpr const char* perfect_build = R"(
SELECT alias.id || '/' || alias.filename
FROM build JOIN builder ON builder.id = build.builder
    JOIN binarypackagerelease bpr ON bpr.build = build.id
    JOIN binarypackagefile bpf ON bpf.binarypackagerelease = bpr.id
    JOIN libraryfilealias alias ON alias.id = bpf.libraryfile
WHERE build.id = {} AND build.failure_count = 0 AND build.buildlog IS NOT NULL
    AND builder.failure_count = 0 AND builderok AND failnotes IS NULL
    AND (SELECT count(*) FROM buildattempt WHERE build = build.id) = 1
)";

std::string state_of(const Misbehaviour& row) {
    switch (row.situation) {
        case Situation::idle:
        case Situation::starting:
            return "latency 0";
        case Situation::running:
        case Situation::cancelled:
            return "state BUILDING $C";
        case Situation::failed:
            return "state WAITING PACKAGEFAIL $C log=$F/log";
        case Situation::built:
            return "state WAITING OK $C log=$F/log files=$F/results";
    }
    return "";
}

}  // namespace

Arena::Arena(std::vector<Misbehaviour> rows)
    : rows_(std::move(rows)),
      fleet_(fleet_statements(),
             {"--web", "librarian=" + farm_.file("librarian"), "--smtp-dir", mails_.path()}),
      stored_(rows_.size()) {
    farm_.options.erase("uploader");
    farm_.options["librarian_url"] = fleet_.web_url() + "librarian";
    farm_.options["smtp_url"] = fleet_.smtp_url();
    farm_.options["socket_timeout"] = "2 s";
    farm_.options["transfer_timeout"] = "3 s";
    farm_.options["pass_timeout"] = "300 s";
    farm_.options["start_timeout"] = "30 s";  // over when an ensurepresent() is
    farm_.options["max_log_size"] = "1 MiB";
    farm_.options["max_file_size"] = "2 MiB";
    farm_.options["max_result_size"] = "6 MiB";
    farm_.options["builder_failure_threshold"] = "3";  // as many as there are passes
    add_farm_rows();
    result_sum_ = digest_file(files_.write("results/x.deb", "no package\n"))->sha1;
    make_honest_results();
    for (std::size_t row = 0; row < rows_.size(); ++row) set_up(row);
}

std::vector<std::string> Arena::fleet_statements() const {
    std::vector<std::string> out;
    for (std::size_t row = 0; row < rows_.size(); ++row)
        out.push_back(fmt::format("builder {} arch=h{}", name_of(row), row));
    for (int n = 0; n < honest_builders; ++n)
        out.push_back(fmt::format("builder good{0} arch=g{0}", n));
    return out;
}

void Arena::add_farm_rows() {
    std::string sql = replace_all(farm_rows, "{bad}", std::to_string(rows_.size()));
    std::string busy = "-1";
    for (std::size_t row = 0; row < rows_.size(); ++row)
        if (rows_[row].situation != Situation::idle) busy += fmt::format(",{}", row);
    sql = replace_all(sql, "{busy}", busy);
    farm_.sql(replace_all(sql, "{good}", std::to_string(honest_builders)));
    std::vector<std::string> names;
    for (std::size_t row = 0; row < rows_.size(); ++row) names.push_back(name_of(row));
    for (int n = 0; n < honest_builders; ++n) names.push_back(fmt::format("good{}", n));
    farm_.connect(fleet_, names);
}

void Arena::make_honest_results() {
    const std::string log = files_.write("log", honest_log);
    for (int n = 0; n < honest_builders; ++n) {
        const std::string folder = files_.path() + fmt::format("/good{}", n);
        make_result(folder, {fmt::format("good{}-src", n), "1.0", fmt::format("g{}", n)});
        fleet_.say(fmt::format("good{} outcome OK files={} log={}", n, folder, log));
    }
}

std::string Arena::filled_in(const std::string& text, std::size_t row) {
    const auto id = 1000 + row;
    std::string out = replace_all(text, "$F", files_.path());
    out = replace_all(out, "$R", result_sum_);
    out = replace_all(out, "$A", fmt::format("h{}", row));
    out = replace_all(out, "$B", fmt::format("{}/body{}", files_.path(), row));
    if (out.find("$C") == out.npos) return out;
    const auto job = farm_.value(fmt::format("SELECT id FROM buildqueue WHERE build = {}", id));
    return replace_all(out, "$C", fmt::format("{}-{}", id, job.empty() ? "1" : job));
}

void Arena::set_up(std::size_t row) {
    const Misbehaviour& it = rows_[row];
    const int id = static_cast<int>(1000 + row);
    if (it.situation == Situation::starting)
        farm_.sql(fmt::format("INSERT INTO buildqueue (build) VALUES ({})", id));
    else if (it.situation != Situation::idle)
        farm_.give(id, name_of(row));
    if (it.situation == Situation::cancelled)
        farm_.sql(fmt::format("UPDATE build SET buildstate = 'CANCELLING' WHERE id = {}", id));
    if (!it.body.empty()) files_.write(fmt::format("body{}", row), filled_in(it.body, row));
    std::string lines;
    for (const auto& statement : split(state_of(it) + "\n" + it.statements, '\n'))
        lines += fmt::format("{} {}\n", name_of(row), filled_in(std::string(statement), row));
    fleet_.say(lines);
}

int Arena::pass() {
    const auto run = run_measured({"cycle", "-v"}, farm_.environment(), home_.path());
    log_ = run.log;
    peak_kib_ = std::max(peak_kib_, run.peak_kib);
    longest_seconds_ = std::max(longest_seconds_, run.seconds);
    remember_what_is_stored();
    return run.status;
}

void Arena::an_hour_later() {
    farm_.sql(later);
}

void Arena::remember_what_is_stored() {
    for (std::size_t row = 0; row < rows_.size(); ++row) {
        const auto lines = farm_.db().rows(fmt::format(
            "SELECT note FROM builder, unnest(ARRAY[failnotes, quarantine_reason]) note "
            "WHERE id = {0} AND note IS NOT NULL UNION ALL "
            "SELECT outcome || coalesce(': ' || detail, '') FROM buildattempt WHERE builder = {0}",
            1000 + row));
        for (const auto& line : lines)
            if (stored_[row].find(line + "\n") == std::string::npos) stored_[row] += line + "\n";
    }
}

std::string Arena::honest_builds_in(const std::string& state) {
    return farm_.value(
        fmt::format("SELECT count(*) FROM build WHERE id >= 5000 AND buildstate = '{}'", state));
}

std::string Arena::perfect_honest_builds() {
    int perfect = 0;
    for (int n = 0; n < honest_builders; ++n) {
        const auto path = farm_.value(fmt::format(perfect_build, 5000 + n));
        const std::string made =
            fmt::format("{0}/good{1}/good{1}-src_1.0_g{1}.deb", files_.path(), n);
        if (!path.empty() && read(farm_.file("librarian/" + path)) == read(made)) ++perfect;
    }
    return std::to_string(perfect);
}

std::string Arena::check() {
    std::string found;
    // Its architectures, one for each builder, are none of dpkg's.
    const auto checked = run_measured({"db", "check"}, farm_.environment(), home_.path());
    for (const auto& line : split(checked.log, '\n'))
        if (checked.status != 0 && !line.empty() && !line.starts_with("dpkg knows no architecture"))
            found += line + "\n";
    for (const auto& entry : fs::recursive_directory_iterator(home_.path()))
        found += entry.path().string() + "\n";
    for (const auto& entry : fs::recursive_directory_iterator(farm_.root())) {
        const std::string name = entry.path().filename().string();
        const bool strange = entry.is_symlink() || name.starts_with('-') ||
                             name.find_first_of("\n\x7f\\") != name.npos;
        if (strange) found += entry.path().string() + "\n";
    }
    return found;
}

}  // namespace buildd::test
