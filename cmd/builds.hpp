// Commands about builds, and naming builds on the command line.
#pragma once

#include <vector>

#include "command.hpp"
#include "db/build_admin.hpp"

namespace buildd::cmd {

// BUILD: an id, or the name of a source package that has one build only. Throws Failure(usage).
BuildId find_build(Context& context, const std::string& text);
// The argument `build`.
BuildId build_of(Context& context, const Arguments& arguments);
[[noreturn]] void throw_unknown(BuildId build);

ExitStatus build_show(Context& context, const Arguments& arguments);
ExitStatus build_why(Context& context, const Arguments& arguments);
extern const Argument follow_flag;
ExitStatus build_log(Context& context, const Arguments& arguments);

// --state, --series, --arch, --archive, --builder, --source.
std::vector<Argument> name_filters();
// … and --since.
std::vector<Argument> filter_arguments();
db::BuildFilter filter_of(const Arguments& arguments);
// Is one of them given?
bool has_filter(const Arguments& arguments);

// --limit, 1000 unless it is given.
extern const Argument limit_flag;
int limit_of(const Arguments& arguments);

}  // namespace buildd::cmd
