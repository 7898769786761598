// The linear pass over a hostile document before any tree is built.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace buildd::xmlrpc {

// The document without its XML declaration, fit for tinyxml2; blank-only leaves have their blanks
// written as references, since tinyxml2 drops them otherwise. The answer points into `document`, or
// into `room`, empty before, where something was written. Error: what XML-RPC does not allow.
Result<std::string_view> scan_document(std::string_view document, std::string& room);

}  // namespace buildd::xmlrpc
