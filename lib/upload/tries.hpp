// What is kept of tries to take a leaf in that came to nothing: in `<root>/children/<leaf>/tries`.
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "policy/examination.hpp"

namespace buildd {

// None yet: all zero, so too where the file cannot be read.
policy::UploadTries read_tries(const std::string& folder);
Result<void> write_tries(const std::string& folder, const policy::UploadTries& tries);

// The records of a leaf's publish_command lie under the leaf's name with this.
inline constexpr const char* publish_suffix = ".publish";

inline constexpr const char* last_upload_file = "last-upload";

// When the program's own uploader last took a leaf in (that file in `children`).
std::optional<policy::UploadTries::Time> last_good_upload(const std::string& root);
void note_good_upload(const std::string& root);

}  // namespace buildd
