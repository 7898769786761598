// What a builder says of itself, in the one normal form of both protocol generations
// (spec: protocol, "Methods"; the seed's six-part tuple).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace buildd {

enum class BuilderStatus { IDLE, BUILDING, WAITING, ABORTING, ABORTED, UNKNOWN };
enum class BuildStatus {
    OK,
    PACKAGEFAIL,
    DEPFAIL,
    CHROOTFAIL,
    BUILDERFAIL,
    GIVENBACK,
    ABORTED,
    UNKNOWN,
};

// Result file name → SHA-1 (40 lower-case hex digits). Two names may share a digest.
using FileMap = std::map<std::string, std::string>;

// Everything is checked for its form, nothing for its truth: the builder may lie.
struct WorkerStatus {
    BuilderStatus builder_status = BuilderStatus::UNKNOWN;
    std::string build_id;                     // as the builder says it; empty when IDLE
    std::optional<BuildStatus> build_status;  // when WAITING
    std::optional<std::string> logtail;       // when BUILDING; raw bytes
    std::optional<FileMap> filemap;           // when WAITING with OK, PACKAGEFAIL, DEPFAIL
    std::optional<std::string> dependencies;  // likewise
    std::string raw_builder_status;           // the text itself, for messages
    std::string raw_build_status;
    std::string version;  // of the worker, where it tells
};

// `info()`.
struct WorkerInfo {
    std::string protocol_version;
    std::string architecture_tag;
    std::vector<std::string> build_types;
};

// The build type to send: `binarypackage` where it is registered, else `debian`.
// nullopt: the builder builds no packages.
std::optional<std::string> build_type_for(const WorkerInfo& info);

// Longest answer part that is taken; longer is malformed.
inline constexpr std::size_t max_result_files = 1000;

}  // namespace buildd
