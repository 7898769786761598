#include "worker/status.hpp"

#include <array>
#include <fmt/format.h>

#include "base/text.hpp"

namespace buildd::worker {

namespace {

using xmlrpc::Array;
using xmlrpc::Bytes;
using xmlrpc::Struct;
using xmlrpc::Value;

constexpr std::size_t max_id_length = 200;
constexpr std::size_t max_text_length = 64 << 10;
constexpr std::size_t max_build_types = 100;
constexpr std::size_t max_name_length = 300;  // no file of such a length is taken

template <class E>
struct Named {
    std::string_view name;
    E value;
};

constexpr std::array<Named<BuilderStatus>, 5> builder_statuses{{
    {"BuilderStatus.IDLE", BuilderStatus::IDLE},
    {"BuilderStatus.BUILDING", BuilderStatus::BUILDING},
    {"BuilderStatus.WAITING", BuilderStatus::WAITING},
    {"BuilderStatus.ABORTING", BuilderStatus::ABORTING},
    {"BuilderStatus.ABORTED", BuilderStatus::ABORTED},
}};
constexpr std::array<Named<BuildStatus>, 7> build_statuses{{
    {"BuildStatus.OK", BuildStatus::OK},
    {"BuildStatus.PACKAGEFAIL", BuildStatus::PACKAGEFAIL},
    {"BuildStatus.DEPFAIL", BuildStatus::DEPFAIL},
    {"BuildStatus.CHROOTFAIL", BuildStatus::CHROOTFAIL},
    {"BuildStatus.BUILDERFAIL", BuildStatus::BUILDERFAIL},
    {"BuildStatus.GIVENBACK", BuildStatus::GIVENBACK},
    {"BuildStatus.ABORTED", BuildStatus::ABORTED},
}};

template <class E, std::size_t N>
E find_status(const std::array<Named<E>, N>& table, std::string_view text) {
    for (const auto& row : table)
        if (row.name == text) return row.value;
    return E::UNKNOWN;
}

bool has_results(BuildStatus status) {
    return status == BuildStatus::OK || status == BuildStatus::PACKAGEFAIL ||
           status == BuildStatus::DEPFAIL;
}

// The parts of an answer under their common names, whatever their place in it.
// A part that is not there is nullptr.
struct Parts {
    const Value* builder_status = nullptr;
    const Value* build_id = nullptr;
    const Value* build_status = nullptr;
    const Value* logtail = nullptr;
    const Value* filemap = nullptr;
    const Value* dependencies = nullptr;
    const Value* version = nullptr;
};

// Index 1 is the id for BUILDING, ABORTING and ABORTED, but the build status for WAITING.
Parts parts_of(const Array& array) {
    const auto at = [&](std::size_t i) { return i < array.size() ? &array[i] : nullptr; };
    Parts parts;
    parts.builder_status = at(0);
    const auto* status = parts.builder_status ? parts.builder_status->as<std::string>() : nullptr;
    if (status != nullptr && *status == "BuilderStatus.WAITING") {
        parts.build_status = at(1);
        parts.build_id = at(2);
        parts.filemap = at(3);
        parts.dependencies = at(4);
    } else {
        parts.build_id = at(1);
        parts.logtail = at(2);
    }
    return parts;
}

Parts parts_of(const Struct& members) {
    const auto at = [&](const char* key) {
        const auto found = members.find(key);
        return found == members.end() ? nullptr : &found->second;
    };
    return {at("builder_status"), at("build_id"),     at("build_status"),   at("logtail"),
            at("filemap"),        at("dependencies"), at("builder_version")};
}

Result<std::string> take_text(const Value* part, std::string_view name, std::size_t limit) {
    if (part == nullptr) return Error{fmt::format("its status has no {}", name)};
    const auto* text = part->as<std::string>();
    if (text == nullptr)
        return Error{fmt::format("its {} is a {}, not a string", name, part->type_name())};
    if (text->size() > limit)
        return Error{fmt::format("its {} is longer than {} bytes", name, limit)};
    return *text;
}

Result<FileMap> take_filemap(const Value* part) {
    const auto* members = part == nullptr ? nullptr : part->as<Struct>();
    if (members == nullptr) return Error{"its filemap is missing or no struct"};
    if (members->size() > max_result_files)
        return Error{fmt::format("it offers more than {} files", max_result_files)};
    FileMap files;
    for (const auto& [name, sum] : *members) {
        const auto* digest = sum.as<std::string>();
        if (digest == nullptr || !is_lower_hex(*digest, 40))
            return Error{fmt::format("the digest of '{}' is not 40 lower-case hex digits",
                                     one_line(name).substr(0, 100))};
        files.emplace(name.substr(0, max_name_length), *digest);
    }
    return files;
}

// nil and a missing part mean "none" here: the seed's builders send None.
Result<std::string> take_dependencies(const Value* part) {
    if (part == nullptr || part->as<xmlrpc::Nil>() != nullptr) return std::string();
    return take_text(part, "dependencies", max_text_length);
}

Result<void> take_building(const Parts& parts, WorkerStatus& status) {
    const auto* tail = parts.logtail == nullptr ? nullptr : parts.logtail->as<Bytes>();
    if (tail == nullptr) return Error{"its logtail is missing or not base64"};
    if (tail->data.size() > max_text_length)
        return Error{fmt::format("its logtail is longer than {} bytes", max_text_length)};
    status.logtail = tail->data;
    return {};
}

Result<void> take_waiting(const Parts& parts, WorkerStatus& status) {
    auto text = take_text(parts.build_status, "build status", max_id_length);
    if (!text) return text.error();
    status.raw_build_status = *text;
    status.build_status = find_status(build_statuses, *text);
    if (!has_results(*status.build_status)) return {};
    auto files = take_filemap(parts.filemap);
    if (!files) return files.error();
    status.filemap = std::move(*files);
    auto dependencies = take_dependencies(parts.dependencies);
    if (!dependencies) return dependencies.error();
    if (!dependencies->empty()) status.dependencies = std::move(*dependencies);
    return {};
}

Result<WorkerStatus> decode_parts(const Parts& parts) {
    WorkerStatus status;
    auto text = take_text(parts.builder_status, "builder status", max_id_length);
    if (!text) return text.error();
    status.raw_builder_status = *text;
    status.builder_status = find_status(builder_statuses, *text);
    if (parts.version != nullptr && parts.version->as<std::string>() != nullptr)
        status.version = one_line(*parts.version->as<std::string>()).substr(0, max_id_length);
    if (status.builder_status == BuilderStatus::IDLE ||
        status.builder_status == BuilderStatus::UNKNOWN)
        return status;
    auto id = take_text(parts.build_id, "build id", max_id_length);
    if (!id) return id.error();
    status.build_id = *id;
    Result<void> rest;
    if (status.builder_status == BuilderStatus::BUILDING) rest = take_building(parts, status);
    if (status.builder_status == BuilderStatus::WAITING) rest = take_waiting(parts, status);
    if (!rest) return rest.error();
    return status;
}

}  // namespace

Result<WorkerStatus> decode_status(const Value& answer) {
    if (const auto* array = answer.as<Array>()) return decode_parts(parts_of(*array));
    if (const auto* members = answer.as<Struct>()) return decode_parts(parts_of(*members));
    return Error{fmt::format("its status is a {}, neither array nor struct", answer.type_name())};
}

Result<WorkerInfo> decode_info(const Value& answer) {
    const auto* array = answer.as<Array>();
    if (array == nullptr || array->size() < 3) return Error{"its info is no array of three"};
    auto version = take_text(&(*array)[0], "protocol version", max_id_length);
    auto tag = take_text(&(*array)[1], "architecture tag", max_id_length);
    if (!version) return version.error();
    if (!tag) return tag.error();
    WorkerInfo info{std::move(*version), std::move(*tag), {}};
    const Value& types = (*array)[2];
    if (const auto* only = types.as<std::string>()) {  // the seed's: 'debian'
        info.build_types.push_back(*only);
        return info;
    }
    const auto* list = types.as<Array>();
    if (list == nullptr || list->size() > max_build_types)
        return Error{"its build types are no array"};
    for (const auto& type : *list)
        if (const auto* name = type.as<std::string>()) info.build_types.push_back(*name);
    return info;
}

}  // namespace buildd::worker
