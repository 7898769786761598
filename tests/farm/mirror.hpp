// The sample farm's primary archive on a web server of its own, for tests of `archive refresh`.
#pragma once

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <vector>

#include "farm/refresh.hpp"
#include "support/apt_repository.hpp"
#include "support/farm.hpp"
#include "test.hpp"

namespace buildd::test {

using Lines = std::vector<std::string>;
inline constexpr const char* gz = "main/binary-i386/Packages.gz";

// The sample farm's primary archive, served from a folder; the other archives are disabled.
struct Mirror {
    TempFolder folder;
    fleet::Fleet fleet{{},
                       {"--web", "ubuntu=" + folder.path(), "--web-password", "ubuntu=joe:secret"}};
    TestFarm farm;
    AptRepository apt{folder.path()};
    std::vector<std::string> lines, progress;
    bool forget_missing = false;

    Mirror() {
        farm.sql(
            fmt::format("UPDATE archive SET enabled = id = 1; UPDATE archive SET url = '{}' "
                        "WHERE id = 1",
                        url("joe:secret@")));
    }
    std::string url(const std::string& user) const {
        std::string web = fleet.web_url();
        return web.insert(web.find("//") + 2, user) + "ubuntu/";
    }
    // Of hoary.
    void publish(const std::string& stanzas) {
        apt.put_index("hoary", "main", "i386", stanzas);
        apt.release("hoary");
    }
    std::vector<farm::ArchiveRefresh> refresh_all(const std::vector<std::string>& names = {}) {
        lines.clear();
        progress.clear();
        Log log(Level::INFO);
        log.on_progress([this](std::string_view text) { progress.emplace_back(text); });
        log.add_sink([this](Level, std::string_view line) { lines.emplace_back(line); });
        const StopSignals signals;
        return farm::refresh_archives(farm.settings().settings, farm.db().session(),
                                      {names, forget_missing}, signals, log);
    }
    std::vector<std::string> warnings() const {
        std::vector<std::string> found;
        for (const auto& line : lines)
            if (line.starts_with("WARNING")) found.push_back(line);
        return found;
    }
    bool said(const std::string& words) const {
        return std::any_of(lines.begin(), lines.end(),
                           [&](const auto& line) { return line.find(words) != std::string::npos; });
    }
    std::string not_found() const {
        const auto peer = fleet.web_url();
        return peer.substr(7, peer.size() - 8) + " answered HTTP 404";
    }
    farm::ArchiveRefresh refresh() { return refresh_all().at(0); }
    // The refresh fails with one error, about that file of hoary and for that reason; nothing
    // changes.
    void refuses(const std::string& path, const std::string& why) {
        const auto before = rows();
        CHECK(refresh().failed);
        std::vector<std::string> errors;
        for (const auto& line : lines)
            if (line.starts_with("ERROR")) errors.push_back(line);
        const std::string file = url("joe:***@") + "dists/hoary/" + path;
        CHECK(errors ==
              std::vector<std::string>{fmt::format("ERROR   ubuntu/primary: {}: {}", file, why)});
        CHECK(rows() == before);
    }
    std::vector<std::string> rows() {
        return farm.db().rows(
            "SELECT distroarchseries, pocket, name, version, provides, component FROM "
            "archivebinary WHERE archive = 1 ORDER BY 1, 2, 3, 4, 6");
    }
};

}  // namespace buildd::test
