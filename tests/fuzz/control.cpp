// .dsc and .changes: what is accepted has usable names, sizes and digests.
#include "base/text.hpp"
#include "fuzz.hpp"
#include "policy/names.hpp"
#include "upload/dsc.hpp"
#include "upload/identity.hpp"

using namespace buildd;
using fuzz::require;

namespace {

void check_files(const std::vector<ListedFile>& files) {
    require(!files.empty(), "files are listed");
    for (const auto& file : files) {
        require(policy::check_result_name(file.name).ok(), "a name is usable");
        require(is_lower_hex(file.md5, 32), "MD5 stands there");
        require(file.sha1.empty() || is_lower_hex(file.sha1, 40), "SHA-1 is one");
        require(file.sha256.empty() || is_lower_hex(file.sha256, 64), "SHA-256 is one");
    }
}

void check_changes(const Changes& changes) {
    check_files(changes.files);
    UploadExpectation expected;
    expected.source = {SourceId{1}, "tiny", "1:1.0-1"};
    expected.architecture_tag = "i386";
    for (const auto& reason : check_identity(changes, expected))
        require(fuzz::printable(reason), "a reason is one line");
    for (const auto& file : changes.files)
        (void)check_binary({file.name, "tiny", "1.0-1", "i386", "", ""}, changes, expected);
    (void)check_unlisted(changes, {"a", "tiny_1.0-1_i386.deb"});
}

}  // namespace

FUZZ_TARGET(bytes) {
    if (const auto changes = parse_changes(bytes))
        check_changes(*changes);
    else
        require(fuzz::printable(changes.error().message), "an error is one line");
    const auto dsc = parse_dsc(bytes);
    if (!dsc) {
        require(fuzz::printable(dsc.error().message), "an error is one line");
        return;
    }
    check_files(dsc->files);
    for (const auto* text : {&dsc->source, &dsc->version, &dsc->architectures, &dsc->build_depends,
                             &dsc->build_depends_indep, &dsc->component})
        require(fuzz::printable(*text), "a field is one line");
}
