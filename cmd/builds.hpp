// Naming builds on the command line.
#pragma once

#include <vector>

#include "command.hpp"
#include "db/build_admin.hpp"

namespace buildd::cmd {

// BUILD: an id, or the name of a source package that has one build only. Throws Failure(usage).
BuildId find_build(Context& context, const std::string& text);

// --state, --series, --arch, --archive, --builder, --source.
std::vector<Argument> filter_arguments();
db::BuildFilter filter_of(const Arguments& arguments);
// Is one of them given?
bool has_filter(const Arguments& arguments);

}  // namespace buildd::cmd
