#include <fmt/format.h>
#include <openssl/evp.h>

#include "base/text.hpp"
#include "xmlrpc/codec.hpp"

namespace buildd::xmlrpc {

namespace {

std::string escape(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '\r':
                out += "&#13;";
                break;  // a bare one would be read as a newline
            default:
                out += c;
        }
    }
    return out;
}

struct Encoder {
    std::string operator()(const Nil&) const { return "<nil/>"; }
    std::string operator()(bool value) const {
        return fmt::format("<boolean>{}</boolean>", value ? 1 : 0);
    }
    std::string operator()(std::int64_t value) const {
        const bool fits = value >= INT32_MIN && value <= INT32_MAX;
        return fits ? fmt::format("<int>{}</int>", value) : fmt::format("<i8>{}</i8>", value);
    }
    std::string operator()(double value) const { return fmt::format("<double>{}</double>", value); }
    std::string operator()(const std::string& value) const {
        return "<string>" + escape(value) + "</string>";
    }
    std::string operator()(const Bytes& value) const {
        return "<base64>" + encode_base64(value.data) + "</base64>";
    }
    std::string operator()(const Array& array) const {
        std::string out = "<array><data>\n";
        for (const auto& item : array) out += encode_value(item) + "\n";
        return out + "</data></array>";
    }
    std::string operator()(const Struct& members) const {
        std::string out = "<struct>\n";
        for (const auto& [name, value] : members)
            out += fmt::format("<member><name>{}</name>{}</member>\n", escape(name),
                               encode_value(value));
        return out + "</struct>";
    }
};

}  // namespace

std::string encode_value(const Value& value) {
    return "<value>" + std::visit(Encoder{}, value.data()) + "</value>";
}

std::string encode_call(const Call& call) {
    std::string out =
        fmt::format("<?xml version='1.0'?>\n<methodCall>\n<methodName>{}</methodName>\n<params>\n",
                    escape(call.method));
    for (const auto& param : call.params) out += "<param>" + encode_value(param) + "</param>\n";
    return out + "</params>\n</methodCall>\n";
}

std::string encode_base64(std::string_view bytes) {
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                       reinterpret_cast<const unsigned char*>(bytes.data()),
                                       static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(length));
    return out;
}

Result<std::string> decode_base64(std::string_view text) {
    std::string packed;
    packed.reserve(text.size());
    for (const char c : text)
        if (c != '\n' && c != '\r' && c != ' ' && c != '\t') packed += c;
    const auto data = packed.find_last_not_of('=') + 1;  // npos + 1 == 0: nothing but padding
    const auto padding = packed.size() - data;
    if (packed.size() % 4 != 0 || padding > 2 || packed.find('=') < data)
        return Error{"a base64 value is malformed"};
    std::string out(packed.size() / 4 * 3, '\0');
    const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                       reinterpret_cast<const unsigned char*>(packed.data()),
                                       static_cast<int>(packed.size()));
    if (length < 0) return Error{"a base64 value is malformed"};
    out.resize(static_cast<std::size_t>(length) - padding);
    return out;
}

}  // namespace buildd::xmlrpc
