// Why an uploader has refused a leaf, in its own words.
#pragma once

#include <string>
#include <string_view>

namespace buildd::farm {

// From its log: what it names under "Upload was rejected:", else what it says at ERROR or louder. A
// few of them in one line; empty: it names none.
std::string upload_reasons(std::string_view log);

}  // namespace buildd::farm
