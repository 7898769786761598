// What builders answer: accepted statuses keep to their limits.
#include "worker/status.hpp"

#include "base/text.hpp"
#include "fuzz.hpp"
#include "worker/answers.hpp"
#include "xmlrpc/codec.hpp"

using namespace buildd;
using fuzz::require;

namespace {

void check_status(const WorkerStatus& status) {
    const bool busy = status.builder_status != BuilderStatus::IDLE &&
                      status.builder_status != BuilderStatus::UNKNOWN;
    require(status.build_id.size() <= 200, "an id is short");
    require(!busy || !status.raw_builder_status.empty(), "a status has its text");
    require((status.builder_status == BuilderStatus::WAITING) == status.build_status.has_value(),
            "WAITING and nothing else has a build status");
    if (!status.filemap) return;
    require(status.filemap->size() <= max_result_files, "files are bounded");
    for (const auto& [name, sum] : *status.filemap)
        require(is_lower_hex(sum, 40), "a digest is 40 lower-case hex digits");
}

}  // namespace

FUZZ_TARGET(bytes) {
    const auto response = xmlrpc::decode_response(bytes);
    const auto* value = response ? std::get_if<xmlrpc::Value>(&*response) : nullptr;
    if (value == nullptr) return;
    if (const auto status = worker::decode_status(*value))
        check_status(*status);
    else
        require(fuzz::printable(status.error().message), "an error is one line");
    if (const auto info = worker::decode_info(*value)) {
        require(info->architecture_tag.size() <= 200, "a tag is short");
        (void)build_type_for(*info);
    }
    if (const auto presence = worker::decode_presence(*value))
        require(presence->info.size() <= 300, "a builder's words are bounded");
    if (const auto built = worker::decode_build(*value))
        require(fuzz::printable(built->text) && built->text.size() <= 300,
                "a builder's words are one bounded line");
}
