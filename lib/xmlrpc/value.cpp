#include "xmlrpc/value.hpp"

#include <array>

namespace buildd::xmlrpc {

std::string_view Value::type_name() const {
    static constexpr std::array<std::string_view, 8> names{"nil",    "boolean", "int",   "double",
                                                           "string", "base64",  "array", "struct"};
    return names[data_.index()];
}

}  // namespace buildd::xmlrpc
