// `<root>/grabbing/<cookie>/`: what passes have fetched of a job so far. Each goes on with what the
// one before left; the end of the attempt removes it, or the next sweep.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/access.hpp"
#include "farm/farm.hpp"
#include "model/build.hpp"
#include "model/worker_status.hpp"

namespace buildd::farm {

struct JobFolder {
    std::string path;

    Access access;  // of it and of all that is in it

    JobFolder(const Settings& settings, const Cookie& cookie, bool is_private = false);

    // A result is kept under its digest once that is verified: it is trusted then, whatever the
    // builder calls it now.
    std::string verified(const std::string& sha1) const { return path + "/" + sha1; }
    std::string part(const std::string& sha1) const { return path + "/part-" + sha1; }
    std::string log() const { return path + "/log.gz"; }
    static std::string note_of(const std::string& file) { return file + ".note"; }
    Result<void> write_note(const std::string& file, const std::string& text) const;

    // Makes it if it is not there. Not durable: what is lost with it is fetched again.
    Result<void> make() const;
    // Removes what is neither the log's nor of one of these files.
    Result<void> keep_only(const FileMap& files) const;
    // Its size in bytes; nullopt: it is not there.
    std::optional<std::uint64_t> verified_size(const std::string& sha1) const;
    // A leaf of these files, all of them verified, durable below `leaf()`.
    Result<void> make_leaf(const FileMap& files, const std::string& leaf_path) const;
    std::string leaf() const { return path + "/leaf"; }
};

}  // namespace buildd::farm
