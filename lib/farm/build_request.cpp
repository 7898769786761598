#include "farm/build_request.hpp"

namespace buildd::farm {

namespace {

xmlrpc::Array array_of(const std::vector<std::string>& texts) {
    xmlrpc::Array array;
    for (const auto& text : texts) array.emplace_back(text);
    return array;
}

// Keys are base64 of the armored text.
xmlrpc::Array keys_of(const std::vector<std::string>& keys) {
    xmlrpc::Array array;
    for (const auto& key : keys) array.emplace_back(xmlrpc::encode_base64(key));
    return array;
}

// Real booleans: a worker takes the string "false" for true.
xmlrpc::Struct struct_of(const BuildArguments& arguments) {
    xmlrpc::Struct members{
        {"archives", array_of(arguments.archives)},
        {"suite", arguments.suite},
        {"series", arguments.series},
        {"distribution", arguments.distribution},
        {"ogrecomponent", arguments.component},
        {"arch_tag", arguments.arch_tag},
        {"archive_purpose", std::string(label(arguments.archive_purpose))},
        {"arch_indep", arguments.arch_indep},
        {"archive_private", arguments.archive_private},
        {"build_debug_symbols", arguments.debug_symbols},
        {"fast_cleanup", arguments.fast_cleanup},
    };
    if (!arguments.build_url.empty()) members.emplace("build_url", arguments.build_url);
    if (!arguments.trusted_keys.empty())
        members.emplace("trusted_keys", keys_of(arguments.trusted_keys));
    return members;
}

}  // namespace

worker::BuildRequest build_request(const PendingJob& job, const std::string& cookie,
                                   const std::string& build_type, const BuildArguments& arguments) {
    worker::BuildRequest request{
        cookie, build_type, job.chroot->digests.sha1, {}, struct_of(arguments)};
    for (const auto& file : job.files) request.files.emplace(file.filename, file.digests.sha1);
    return request;
}

}  // namespace buildd::farm
