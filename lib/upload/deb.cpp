#include "upload/deb.hpp"

#include <fmt/format.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "upload/control.hpp"
#include "upload/control_tar.hpp"

namespace buildd {

namespace {

Result<BinaryFields, DebError> fields_of(const std::string& path) {
    const auto member = read_control_member(path);
    if (!member) return member.error();
    const auto control = read_control_file(*member);
    if (!control) return control.error();
    const auto fields = parse_single(*control);
    if (!fields) return DebError{DebError::Kind::bad, "control: " + fields.error().message};
    return BinaryFields{base_name(path),
                        fields->get("Package"),
                        fields->get("Version"),
                        fields->get("Architecture"),
                        one_line(fields->get("Provides")),
                        fields->get("Source"),
                        multiarch_of(*fields)};
}

}  // namespace

Result<BinaryFields, DebError> read_deb(const std::string& path) {
    auto fields = fields_of(path);
    if (fields) return fields;
    return DebError{fields.error().kind,
                    fmt::format("{} does not open: {}", base_name(path), fields.error().message)};
}

}  // namespace buildd
