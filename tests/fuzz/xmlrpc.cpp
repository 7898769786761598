// XML-RPC documents: what is accepted decodes to itself when it is encoded again.
#include "fuzz.hpp"
#include "xmlrpc/codec.hpp"

using namespace buildd;
using namespace buildd::xmlrpc;
using fuzz::require;

namespace {

int depth(const Value& value) {
    int below = 0;
    if (const auto* items = value.as<Array>())
        for (const auto& item : *items) below = std::max(below, depth(item));
    if (const auto* members = value.as<Struct>())
        for (const auto& [name, member] : *members) below = std::max(below, depth(member));
    return below + 1;
}

// Written with its types named, a document may be deeper than the one it was read from.
constexpr int max_depth = 20;

void comes_back(const Array& params) {
    if (depth(Value(params)) > max_depth) return;
    const auto again = decode_call(encode_call({"m", params}));
    require(again.ok(), "what is encoded can be decoded");
    require(again->params == params, "what is encoded decodes to itself");
}

}  // namespace

FUZZ_TARGET(bytes) {
    const auto response = decode_response(bytes);
    if (!response)
        require(fuzz::printable(response.error().message), "an error is one line");
    else if (const auto* value = std::get_if<Value>(&*response))
        comes_back({*value});
    if (const auto call = decode_call(bytes)) comes_back(call->params);
    if (const auto raw = decode_base64(bytes))
        require(decode_base64(encode_base64(*raw)).value() == *raw, "base64 comes back");
    require(decode_base64(encode_base64(bytes)).value() == bytes, "bytes come back from base64");
}
