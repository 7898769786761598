// Web servers and builders read what we write, whoever's cron called us: the program's umask is
// 022, and what is restricted has its own modes (base/access.hpp). What was called with another
// keeps it for its children's files.
#pragma once

#include <sys/types.h>

namespace buildd {

// At the start of the program, before any thread. Its children are told by the environment.
void set_umask();

// The umask that the program was called with; 022 where set_umask() was not called.
mode_t callers_umask();

}  // namespace buildd
