// What is kept of a child in its folder, so that any later process can tell what became of it:
// `child` (which process it is), `end` (how it ended, written once) and `output`.
#pragma once

#include <optional>
#include <string>

#include "net/process.hpp"
#include "supervise/process_id.hpp"

namespace buildd::supervise {

struct ChildRecord {
    ProcessId child, supervisor;
};

struct EndRecord {
    net::ProcessEnd end;      // without output
    std::string not_started;  // why; empty: it was started
};

// Durable once they return.
Result<void> write_child(const std::string& folder, const ChildRecord& record);
Result<void> write_end(const std::string& folder, const EndRecord& record);

// nullopt: there is none. Error: it cannot be read, or is none of ours.
Result<std::optional<ChildRecord>> read_child(const std::string& folder);
Result<std::optional<EndRecord>> read_end(const std::string& folder);

inline std::string child_path(const std::string& folder) {
    return folder + "/child";
}
inline std::string end_path(const std::string& folder) {
    return folder + "/end";
}
inline std::string output_path(const std::string& folder) {
    return folder + "/output";
}

}  // namespace buildd::supervise
