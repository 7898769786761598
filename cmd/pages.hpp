// The pages of `status --html`, wherever they were written.
#pragma once

#include <string>

#include "command.hpp"

namespace buildd::cmd {

// In <root>/pages, for rewrite_pages(); where that cannot be written the page is the caller's own.
void note_page(const Settings& settings, const std::string& path);
// Those that are there, as the farm is now. Error: names those that it cannot write.
Result<void> rewrite_pages(Context& context);

// Readers get the old page or the new one. Throws Failure(unavailable).
void write_page(const std::string& path, db::Database& database);

}  // namespace buildd::cmd
