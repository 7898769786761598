// An XML-RPC value (http://xmlrpc.com/spec.md, with `nil` and `i8` as launchpad-buildd sends them).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace buildd::xmlrpc {

class Value;

struct Nil {
    bool operator==(const Nil&) const = default;
};
// `base64`: raw bytes, already decoded.
struct Bytes {
    std::string data;
    bool operator==(const Bytes&) const = default;
};
using Array = std::vector<Value>;
using Struct = std::map<std::string, Value, std::less<>>;

class Value {
 public:
    using Data = std::variant<Nil, bool, std::int64_t, double, std::string, Bytes, Array, Struct>;

    Value() = default;
    Value(bool value) : data_(value) {}
    Value(std::int64_t value) : data_(value) {}
    Value(double value) : data_(value) {}
    Value(std::string value) : data_(std::move(value)) {}
    Value(const char* value) : data_(std::string(value)) {}
    Value(Bytes value) : data_(std::move(value)) {}
    Value(Array value) : data_(std::move(value)) {}
    Value(Struct value) : data_(std::move(value)) {}

    // nullptr when the value is of another type.
    template <class T>
    const T* as() const {
        return std::get_if<T>(&data_);
    }
    const Data& data() const { return data_; }
    std::string_view type_name() const;  // "string", "struct" …, for messages

    bool operator==(const Value&) const = default;

 private:
    Data data_;
};

}  // namespace buildd::xmlrpc
