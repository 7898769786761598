// The Release file of a suite: which indexes an apt repository has, and what they must be like.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/result.hpp"

namespace buildd {

struct ListedIndex {
    std::uint64_t size = 0;
    std::string digest;  // of ReleaseFile::kind
};

struct ReleaseFile {
    DigestKind kind = DigestKind::sha256;                   // the best that the file states
    std::map<std::string, ListedIndex, std::less<>> files;  // by path below the suite
    // Every architecture's index holds the arch:all packages too: a binary-all repeats them, and
    // where "all" is no architecture of the suite it may be of any age.
    bool all_is_everywhere = false;
    std::string suite, codename;  // empty: not stated
    std::optional<std::chrono::system_clock::time_point> valid_until;
    bool by_hash = false;  // Acquire-By-Hash: files can be had by their digests, too
};

// A clear signature is taken off, not verified. Error: what is malformed or missing.
Result<ReleaseFile> parse_release(std::string_view text);

// A signature is good for ever, and for each suite of its key: why such a Release is not the
// present one of the suite "hoary-updates"; empty: it may be.
std::string why_stale(const ReleaseFile& release, const std::string& suite,
                      std::chrono::system_clock::time_point now);

// The Packages index of one component, in the forms that can be read, in apt's order.
struct PackagesIndex {
    std::string component;
    std::string folder;              // "main/binary-i386"
    std::vector<std::string> paths;  // empty: it is only there in another compression
    // Length of the uncompressed index, when the Release file states it.
    std::optional<std::uint64_t> plain_size;
};

// Where the file can be had whatever has been published since, below the suite; empty: nowhere.
std::string by_hash_path(const ReleaseFile& release, const std::string& path);

// Those for a build of an architecture. Any other path in the file is passed over.
std::vector<PackagesIndex> packages_indexes(const ReleaseFile& release,
                                            std::string_view architecture_tag);

}  // namespace buildd
