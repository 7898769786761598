// Sources on disk, and imports of them into the sample farm.
#pragma once

#include <fmt/format.h>

#include "base/files.hpp"
#include "farm/store_files.hpp"
#include "support/farm.hpp"
#include "test.hpp"

namespace buildd::test {

// A source package on disk, as dpkg-source would leave it.
inline std::string make_dsc(const TempFolder& folder, const std::string& version,
                            const std::string& content = "tarball",
                            const std::string& name = "tiny") {
    const std::string tar = name + "_" + version + ".tar";
    const auto digests = digest_file(folder.write(tar, content));
    return folder.write(
        name + "_" + version + ".dsc",
        fmt::format("Format: 3.0 (native)\nSource: {}\nVersion: {}\nArchitecture: any\n"
                    "Checksums-Sha256:\n {} {} {}\nFiles:\n {} {} {}\n",
                    name, version, digests->sha256, digests->size, tar, digests->md5, digests->size,
                    tar));
}

struct Importer {
    TestFarm farm;
    Librarian librarian{farm.file("librarian"), {}};
    TempFolder folder;
    std::vector<std::string> progress, lines;
    Log log{Level::ERROR};

    Importer() {
        log.add_sink([this](Level, std::string_view line) { lines.emplace_back(line); });
        log.on_progress([this](std::string_view text) { progress.emplace_back(text); });
    }

    farm::ImportOrder order(const std::vector<std::string>& dscs) const {
        farm::ImportOrder wish;
        wish.archive = "ubuntu/primary";
        wish.series = "hoary";
        wish.dscs = dscs;
        return wish;
    }
    db::Change import(const std::string& dsc) {
        return farm::import_sources(farm.db().session(), librarian, order({dsc}), log)[0].change;
    }
    std::string refusal(const farm::ImportOrder& wish) {
        try {
            farm::import_sources(farm.db().session(), librarian, wish, log);
        } catch (const Failure& failure) {
            return failure.what();
        }
        return "";
    }
    std::string published(const std::string& name = "tiny") {
        return farm.value(
            "SELECT string_agg(spr.version || ' ' || spph.status, ', ' ORDER BY spph.id) FROM "
            "sourcepackagepublishinghistory spph JOIN sourcepackagerelease spr ON spr.id = "
            "spph.sourcepackagerelease JOIN sourcepackagename n ON n.id = spr.sourcepackagename "
            "WHERE n.name = '" +
            name + "'");
    }
};

}  // namespace buildd::test
