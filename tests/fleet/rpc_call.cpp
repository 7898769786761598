#include "fleet/rpc_call.hpp"

#include <stdexcept>

#include "fleet/http_client.hpp"

namespace fleet {

using namespace buildd::xmlrpc;

Value rpc(const std::string& url, const std::string& method, const Array& params) {
    const auto answer = http("POST", url + "rpc", encode_call({method, params}));
    const auto decoded = decode_response(answer.body);
    if (!decoded) throw std::runtime_error(answer.error + decoded.error().message);
    if (const auto* fault = std::get_if<Fault>(&*decoded))
        throw std::runtime_error("Fault " + std::to_string(fault->code) + ": " + fault->text);
    return std::get<Value>(*decoded);
}

std::string rpc_word(const std::string& url, const std::string& method, const Array& params) {
    const Value value = rpc(url, method, params);
    const auto* items = value.as<Array>();
    const auto* word = (items == nullptr ? value : items->at(0)).as<std::string>();
    if (word == nullptr) throw std::runtime_error(method + " did not answer with a word");
    return *word;
}

Array build_params(const std::string& cookie, const std::string& sha1, const std::string& type) {
    return {cookie, type, sha1, Struct{{"tiny_1.0.dsc", sha1}},
            Struct{{"archives", Array{"deb http://archive.example.org/ubuntu hoary main"}},
                   {"series", "hoary"},
                   {"suite", "hoary"},
                   {"ogrecomponent", "main"},
                   {"arch_indep", true}}};
}

}  // namespace fleet
