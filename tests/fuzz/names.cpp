// Names and texts from builders: what is accepted stays in its folder, what is shown is masked.
#include "policy/names.hpp"

#include "base/text.hpp"
#include "fuzz.hpp"

using namespace buildd;
using fuzz::require;

namespace {

void check_name(std::string_view name) {
    const auto checked = policy::check_result_name(name);
    if (!checked) {
        require(fuzz::printable(checked.error().message), "an error is one line");
        return;
    }
    require(fuzz::printable(name) && name.find('/') == name.npos, "a name stays in its folder");
    require(name.front() != '-' && name.front() != '.', "a name is no option and not hidden");
    require(policy::check_result_name(std::string(name)).ok(), "a name is judged alike");
    for (const char c : percent_encode(name))
        require(c > 0x20 && c < 0x7F && c != '/' && c != '?' && c != '#', "a URL holds it");
}

void check_text(std::string_view text) {
    const std::string masked = mask_passwords(text);
    require(mask_passwords(masked) == masked, "what is masked stays masked");
    require(valid_utf8(to_utf8(text)), "text is UTF-8");
    require(to_utf8(to_utf8(text)) == to_utf8(text), "text stays as it is");
    require(fuzz::printable(one_line(text)), "one line is one line");
    (void)mask_tail(text);
}

}  // namespace

FUZZ_TARGET(bytes) {
    check_name(bytes);
    check_text(bytes);
    (void)policy::check_farm_name(bytes);
    if (const auto cookie = policy::leaf_cookie(bytes))
        require(bytes.ends_with(cookie->text()), "a leaf's cookie is its end");
    (void)split_command(bytes);
    (void)parse_duration(bytes);
    (void)parse_size(bytes);
}
