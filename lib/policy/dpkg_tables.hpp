// dpkg's tables of architectures, as they stand in /usr/share/dpkg where the program is built. Its
// ostable is not among them: it only leads to the names that GNU's tools use.
#pragma once

namespace buildd::policy {

extern const char* const cputable;    // a cpu is the first word of a line
extern const char* const tupletable;  // abi-libc-os-cpu, and the architecture's name

}  // namespace buildd::policy
