// Debian version order (deb-version(7)).
#pragma once

#include <compare>
#include <string_view>

namespace buildd::policy {

// May it stand in the database and in file names? Letters, digits and `.+:~-`.
bool is_version(std::string_view version);

// Any text is ordered; well-formed versions as dpkg --compare-versions does.
std::strong_ordering compare_versions(std::string_view a, std::string_view b);

// `version` without its epoch, as in file names.
std::string_view without_epoch(std::string_view version);

// `version` without a binNMU suffix `+bN`.
std::string_view without_binnmu(std::string_view version);

}  // namespace buildd::policy
