// Reads one suite of an archive: a series in a pocket. Private to farm's refresh.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "farm/archive_reader.hpp"
#include "farm/suite_files.hpp"

namespace buildd::farm {

class SuiteReader {
 public:
    using Series = db::RefreshableArchive::Series;
    using Architecture = db::RefreshableArchive::Architecture;

    SuiteReader(ArchiveReader& reader, const Series& series, Pocket pocket);

    // What is not there, or not as Release says, leaves what is known as it is; what an admin says
    // is absent is forgotten.
    net::Task<> run();

 private:
    using Indexes = std::vector<PackagesIndex>;

    void forget_all();
    bool is_stale() const;  // and that has been logged
    bool is_known() const;
    void missing();
    void note(bool there) const;
    void unchanged();
    net::Task<bool> read_architecture(const Architecture& architecture);
    net::Task<bool> read_component(const Architecture& architecture, const Indexes& indexes,
                                   const std::string& digest);
    void missing_component(const Architecture& architecture, const std::string& component);
    void forget(const Architecture& architecture, const std::string& component);
    std::string digest_of(const Indexes& indexes) const;
    db::BinaryPlace place(const Architecture& architecture) const;

    ArchiveReader& reader_;
    const RefreshTools& tools_;
    const Series& series_;
    const Pocket pocket_;
    const PocketPlace place_;
    const std::string name_;  // "hoary-updates"
    const std::string base_;  // the URL that it is below, in dists/
    const db::AskedAt asked_;
    SuiteFiles files_;
};

}  // namespace buildd::farm
