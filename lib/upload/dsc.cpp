#include "upload/dsc.hpp"

#include <fmt/format.h>

#include "base/fd.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "policy/names.hpp"
#include "policy/versions.hpp"

namespace buildd {

namespace {

constexpr std::uint64_t max_dsc_size = 4 << 20;

// ` hello deb universe/misc optional arch=any`: the prefix of the first one's section.
std::string component_of(const Paragraph& paragraph) {
    std::string section = paragraph.get("Section");
    for (const auto& line : split(paragraph.get("Package-List"), '\n')) {
        const auto words = split_words(line);
        if (words.size() < 4 || !section.empty()) continue;
        section = words[2];
    }
    const auto slash = section.find('/');
    return slash == section.npos ? "main" : section.substr(0, slash);
}

std::string joined_depends(const Paragraph& paragraph) {
    const std::string depends = one_line(paragraph.get("Build-Depends"));
    const std::string arch = one_line(paragraph.get("Build-Depends-Arch"));
    return depends.empty() || arch.empty() ? depends + arch : depends + ", " + arch;
}

bool is_source_name(std::string_view name) {
    return name.size() >= 2 &&
           name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789+-.") == name.npos;
}

}  // namespace

Result<Dsc> parse_dsc(std::string_view text) {
    const auto paragraph = parse_single(text);
    if (!paragraph) return paragraph.error();
    Dsc dsc;
    dsc.source = paragraph->get("Source");
    dsc.version = paragraph->get("Version");
    dsc.architectures = one_line(paragraph->get("Architecture"));
    if (!is_source_name(dsc.source)) return Error{"it has no usable Source field"};
    if (!policy::is_version(dsc.version)) return Error{"it has no usable Version field"};
    if (dsc.architectures.empty()) return Error{"it has no Architecture field"};
    dsc.build_depends = joined_depends(*paragraph);
    dsc.build_depends_indep = one_line(paragraph->get("Build-Depends-Indep"));
    dsc.indep_architecture = one_line(paragraph->get("Build-Indep-Architecture"));
    dsc.component = component_of(*paragraph);
    if (!policy::check_farm_name(dsc.component)) return Error{"it has no usable Section"};
    auto files = listed_files(*paragraph, false);
    if (!files) return files.error();
    dsc.files = std::move(*files);
    return dsc;
}

Result<CheckedDsc, std::vector<std::string>> check_dsc(const std::string& path) {
    std::vector<std::string> wrong;
    const auto refuse = [&](std::string_view why) {
        wrong.push_back(fmt::format("{}: {}", path, why));
        return wrong;
    };
    if (!path.ends_with(".dsc")) return refuse("it is not called *.dsc");
    const auto text = read_file(path, max_dsc_size);
    if (!text) return std::vector{text.error().message};
    const auto digests = digest_file(path);
    if (!digests) return std::vector{digests.error().message};
    if (digest(DigestKind::sha256, *text) != digests->sha256)
        return refuse("it changed while it was read");
    auto dsc = parse_dsc(*text);
    if (!dsc) return refuse(dsc.error().message);
    CheckedDsc checked{std::move(*dsc), {{path, *digests}}};
    for (const auto& file : checked.dsc.files) {
        const std::string place = parent_of(path) + "/" + file.name;
        const auto found = digest_file(place);
        const auto difference = found ? file_difference(file, *found) : found.error().message;
        if (difference)
            refuse(*difference);
        else
            checked.files.push_back({place, *found});
    }
    if (!wrong.empty()) return wrong;
    return checked;
}

}  // namespace buildd
