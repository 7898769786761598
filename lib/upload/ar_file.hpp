// The members at the beginning of a .deb, which is an ar(5) archive (deb(5)).
#pragma once

#include <string>

#include "base/result.hpp"

namespace buildd {

// Why a package was not read.
struct DebError {
    enum class Kind {
        bad,     // it is none
        ours,    // our disk or our processes have failed us
        memory,  // there was not enough: whoever limits it knows whose fault that is
    };
    Kind kind = Kind::bad;
    std::string message;
};

struct ControlMember {
    std::string name;  // "control.tar.xz"
    std::string data;  // at most 16 MiB
};

// `debian-binary` must come first, of version 2; members whose names begin with _ are passed over.
Result<ControlMember, DebError> read_control_member(const std::string& path);

}  // namespace buildd
