// Reads what the external lines of an archive bring to the builds of a series. Private to farm's
// refresh.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "farm/archive_reader.hpp"
#include "farm/suite_files.hpp"
#include "policy/source_line.hpp"

namespace buildd::farm {

class ExternalReader {
 public:
    using Series = db::RefreshableArchive::Series;
    using Architecture = db::RefreshableArchive::Architecture;

    ExternalReader(ArchiveReader& reader, const Series& series)
        : reader_(reader), series_(series) {}

    // All of them, or what is known stays as it is: a package that is in one of two may be shown by
    // the other.
    net::Task<> run();

 private:
    struct External {
        policy::SourceLine line;
        std::unique_ptr<SuiteFiles> files;
    };
    struct FetchedIndex {
        const External* from;
        PackagesIndex index;
        Fd file;
    };

    net::Task<bool> find_suites();
    bool has_components(const policy::SourceLine& line, const SuiteFiles& files) const;
    net::Task<> read_architecture(const Architecture& architecture);
    void take_in(const Architecture& architecture, const std::vector<FetchedIndex>& fetched,
                 const std::string& digest);
    std::vector<PackagesIndex> wanted(const External& external, const std::string& tag) const;
    std::string digest_for(const std::string& tag) const;

    ArchiveReader& reader_;
    const Series& series_;
    std::vector<External> externals_;
};

}  // namespace buildd::farm
