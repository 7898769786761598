#include <cctype>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <tinyxml2.h>

#include "base/text.hpp"
#include "xmlrpc/codec.hpp"
#include "xmlrpc/scan.hpp"

namespace buildd::xmlrpc {

using tinyxml2::XMLDocument;
using tinyxml2::XMLElement;
using tinyxml2::XMLNode;

namespace {

Result<Value> decode_value(const XMLElement& element);

// The text of a leaf; an element without text holds the empty string.
Result<std::string> leaf_text(const XMLElement& element) {
    const XMLNode* child = element.FirstChild();
    if (child == nullptr) return std::string();
    if (child->ToText() == nullptr || child->NextSibling() != nullptr)
        return Error{fmt::format("<{}> holds more than text", element.Name())};
    return std::string(child->Value());
}

// The one child element there is, which has to be called `name` (any name if it is null).
Result<const XMLElement*> only_child(const XMLElement& parent, const char* name) {
    const XMLNode* child = parent.FirstChild();
    const bool single =
        child != nullptr && child->ToElement() != nullptr && child->NextSibling() == nullptr;
    if (!single || (name != nullptr && std::string_view(name) != child->Value()))
        return Error{fmt::format("<{}> does not hold exactly one <{}>", parent.Name(),
                                 name == nullptr ? "type" : name)};
    return child->ToElement();
}

Result<Value> decode_int(std::string_view text, std::int64_t low, std::int64_t high) {
    text = trim(text);
    const bool plus = text.starts_with('+');
    const auto value = parse_int(text.substr(plus ? 1 : 0));
    if (!value || (plus && *value < 0) || *value < low || *value > high)
        return Error{"an integer is malformed"};
    return Value(*value);
}

Result<Value> decode_double(std::string_view text) {
    text = trim(text);
    double value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (text.empty() || error != std::errc{} || stop != end || !std::isfinite(value))
        return Error{"a double is malformed"};
    return Value(value);
}

Result<Value> decode_boolean(std::string_view text) {
    text = trim(text);
    if (text != "0" && text != "1") return Error{"a boolean is neither 0 nor 1"};
    return Value(text == "1");
}

Result<Value> decode_bytes(std::string_view text) {
    auto bytes = decode_base64(text);
    if (!bytes) return bytes.error();
    return Value(Bytes{std::move(*bytes)});
}

Result<Value> decode_array(const XMLElement& element) {
    const auto data = only_child(element, "data");
    if (!data) return data.error();
    Array items;
    for (const XMLNode* node = (*data)->FirstChild(); node; node = node->NextSibling()) {
        const XMLElement* item = node->ToElement();
        if (item == nullptr || std::string_view(item->Name()) != "value")
            return Error{"an array holds something that is no <value>"};
        auto value = decode_value(*item);
        if (!value) return value;
        items.push_back(std::move(*value));
    }
    return Value(std::move(items));
}

Result<void> decode_member(const XMLElement& member, Struct& members) {
    const XMLElement* name = member.FirstChildElement();
    const XMLElement* value = name == nullptr ? nullptr : name->NextSiblingElement();
    if (value == nullptr || std::string_view(name->Name()) != "name" ||
        std::string_view(value->Name()) != "value" || member.LastChild() != value)
        return Error{"a struct member is not a <name> and a <value>"};
    auto key = leaf_text(*name);
    if (!key) return key.error();
    auto decoded = decode_value(*value);
    if (!decoded) return decoded.error();
    if (!members.emplace(*key, std::move(*decoded)).second)
        return Error{fmt::format("a struct has the key '{}' twice", one_line(*key))};
    return {};
}

Result<Value> decode_struct(const XMLElement& element) {
    Struct members;
    for (const XMLNode* node = element.FirstChild(); node; node = node->NextSibling()) {
        const XMLElement* member = node->ToElement();
        if (member == nullptr || std::string_view(member->Name()) != "member")
            return Error{"a struct holds something that is no <member>"};
        if (auto decoded = decode_member(*member, members); !decoded) return decoded.error();
    }
    return Value(std::move(members));
}

Result<Value> decode_leaf(std::string_view type, std::string text) {
    if (type == "string" || type == "dateTime.iso8601") return Value(std::move(text));
    if (type == "int" || type == "i4") return decode_int(text, INT32_MIN, INT32_MAX);
    if (type == "i8") return decode_int(text, INT64_MIN, INT64_MAX);
    if (type == "boolean") return decode_boolean(text);
    if (type == "double") return decode_double(text);
    if (type == "base64") return decode_bytes(text);
    if (type == "nil" && text.empty()) return Value();
    return Error{fmt::format("there is no XML-RPC type <{}>", one_line(type))};
}

Result<Value> decode_value(const XMLElement& element) {
    if (element.FirstChildElement() == nullptr) {  // untyped: a string
        auto text = leaf_text(element);
        if (!text) return text.error();
        return Value(std::move(*text));
    }
    const auto typed = only_child(element, nullptr);
    if (!typed) return typed.error();
    const std::string_view type = (*typed)->Name();
    if (type == "array") return decode_array(**typed);
    if (type == "struct") return decode_struct(**typed);
    auto text = leaf_text(**typed);
    if (!text) return text.error();
    return decode_leaf(type, std::move(*text));
}

Result<Fault> decode_fault(const XMLElement& element) {
    const auto holder = only_child(element, "value");
    if (!holder) return holder.error();
    const auto value = decode_value(**holder);
    if (!value) return value.error();
    const Struct* members = value->as<Struct>();
    if (members == nullptr) return Error{"a fault is no struct"};
    const auto code = members->find("faultCode");
    const auto text = members->find("faultString");
    if (code == members->end() || text == members->end() || !code->second.as<std::int64_t>() ||
        !text->second.as<std::string>())
        return Error{"a fault has no faultCode or no faultString"};
    return Fault{*code->second.as<std::int64_t>(), *text->second.as<std::string>()};
}

// Parses `document` into `tree` and answers its root, which must be the only one and `name`d.
Result<const XMLElement*> parse(XMLDocument& tree, std::string_view document, const char* name) {
    std::string room;
    const auto scanned = scan_document(document, room);
    if (!scanned) return scanned.error();
    if (tree.Parse(scanned->data(), scanned->size()) != tinyxml2::XML_SUCCESS)
        return Error{"the document is not well-formed XML"};
    const XMLElement* root = tree.RootElement();
    if (root == nullptr || tree.FirstChild() != root || tree.LastChild() != root ||
        std::string_view(root->Name()) != name)
        return Error{fmt::format("the document is no {}", name)};
    return root;
}

Result<Value> decode_param(const XMLElement& param) {
    const auto value = only_child(param, "value");
    if (!value) return value.error();
    return decode_value(**value);
}

}  // namespace

Result<std::variant<Value, Fault>> decode_response(std::string_view document) {
    XMLDocument tree;
    const auto root = parse(tree, document, "methodResponse");
    if (!root) return root.error();
    if (const XMLElement* fault = (*root)->FirstChildElement("fault")) {
        auto decoded = decode_fault(*fault);
        if (!decoded) return decoded.error();
        return std::variant<Value, Fault>(std::move(*decoded));
    }
    const auto params = only_child(**root, "params");
    if (!params) return params.error();
    const auto param = only_child(**params, "param");
    if (!param) return param.error();
    auto value = decode_param(**param);
    if (!value) return value.error();
    return std::variant<Value, Fault>(std::move(*value));
}

Result<Call> decode_call(std::string_view document) {
    XMLDocument tree;
    const auto root = parse(tree, document, "methodCall");
    if (!root) return root.error();
    const XMLElement* name = (*root)->FirstChildElement("methodName");
    if (name == nullptr) return Error{"a call has no methodName"};
    auto method = leaf_text(*name);
    if (!method) return method.error();
    Call call{std::move(*method), {}};
    const XMLElement* params = (*root)->FirstChildElement("params");
    const XMLElement* param = params == nullptr ? nullptr : params->FirstChildElement("param");
    for (; param != nullptr; param = param->NextSiblingElement("param")) {
        auto value = decode_param(*param);
        if (!value) return value.error();
        call.params.push_back(std::move(*value));
    }
    return call;
}

}  // namespace buildd::xmlrpc
