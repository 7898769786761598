// What is fetched of one suite of an apt repository: its Release, checked, and indexes that it
// lists.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "db/archive_binaries.hpp"
#include "db/archive_suites.hpp"
#include "farm/suite_client.hpp"
#include "upload/release_file.hpp"

namespace buildd::farm {

class SuiteFiles {
 public:
    // `url`: of the suite, "http://…/dists/hoary". `key`: armored; empty: nothing is verified.
    SuiteFiles(SuiteClient& client, std::string url, std::string key);

    enum class Found { there, unchanged, missing, failed };  // failed: it has been logged
    // InRelease, else Release with its signature. `known`: what an earlier call has noted.
    net::Task<Found> fetch_release(std::optional<db::KnownSuite> known);

    const ReleaseFile& release() const { return release_; }
    const db::KnownSuite& noted() const { return noted_; }
    std::string source() const;  // for db::KnownSuite
    // Of a Release that is there and was verified: why its packages are not to be taken for the
    // suite's, though apt may. Empty: they are, or there is no key.
    std::string why_stale() const;
    // Of the Release that is there: whether it has a signature, whosesoever.
    net::Task<bool> is_signed();

    // The first of its forms that is there. nullopt: it failed, and that has been logged.
    net::Task<std::optional<Fd>> fetch_index(PackagesIndex index);
    // Stages what is in it for an architecture. Error: it is damaged, or all of it is malformed.
    Result<void> stage(db::BinaryStage& stage, const PackagesIndex& index, const Fd& file,
                       const std::string& tag) const;

    // "main/binary-i386/Packages" with its URL.
    std::string at(const std::string& path) const { return url_ + "/" + path; }

 private:
    using Text = Result<std::string, net::HttpError>;
    net::Task<Text> fetch_text(std::string file, db::KnownSuite* noted);
    net::Task<Result<std::string>> verified(std::string file, std::string text);
    Found fail(const std::string& file, const net::HttpError& error) const;
    std::string why_not_wanted(const PackagesIndex& index) const;
    net::GetRequest request_for(const std::string& path) const;

    SuiteClient& client_;
    std::string url_, key_;
    ReleaseFile release_;
    db::KnownSuite noted_;
    bool clear_signed_ = false;
};

}  // namespace buildd::farm
