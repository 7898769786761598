// XML-RPC documents, written by hand over tinyxml2 (the only user of it).
//
// Decoding trusts nothing (spec: protocol, "Hostile builders"): a linear scan refuses what XML-RPC
// never needs (attributes, DTDs, comments, NUL, broken UTF-8, malformed references, too many
// elements or too deep ones) before tinyxml2 builds a tree of it. Time and memory grow with the
// document's length alone. Pure, for any thread; what is answered holds copies.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.hpp"
#include "xmlrpc/value.hpp"

namespace buildd::xmlrpc {

struct Fault {
    std::int64_t code = 0;
    std::string text;
};

struct Call {
    std::string method;
    Array params;
};

// More `<` than this in one document are refused: 1,000 files take some 8,000.
inline constexpr std::size_t max_tags = 100'000;
// Elements within elements; real answers have a dozen. Below every limit of tinyxml2's own, which
// is another in each version: 100 or 500.
inline constexpr std::size_t max_depth = 80;

// Precondition of both: strings are valid UTF-8 without NUL; others make a document that its reader
// refuses. Bytes may be any.
std::string encode_call(const Call& call);
std::string encode_value(const Value& value);

// A methodResponse. The error says what is wrong with the document.
Result<std::variant<Value, Fault>> decode_response(std::string_view document);

// A methodCall: what a builder reads.
Result<Call> decode_call(std::string_view document);

std::string encode_base64(std::string_view bytes);
// Blanks and line ends anywhere are skipped; nothing else may stand there.
Result<std::string> decode_base64(std::string_view text);

}  // namespace buildd::xmlrpc
