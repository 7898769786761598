// What a reader of hostile files may ask the kernel for.
#pragma once

namespace buildd {

// From now on this process can read files, use memory, write to what it holds open, and end. Every
// other system call fails with EPERM. false: this kernel or machine has no such filter for us.
bool filter_system_calls();

}  // namespace buildd
