// Dependency lines: what is accepted is read alike when it is written down again.
#include "policy/relations.hpp"

#include "fuzz.hpp"

using namespace buildd::policy;
using buildd::fuzz::require;

namespace {

std::string written(const Dependencies& all) {
    constexpr const char* operators[] = {"", "<<", "<=", "=", ">=", ">>"};
    std::string line;
    for (const auto& group : all) {
        line += line.empty() ? "" : ", ";
        for (std::size_t i = 0; i < group.size(); ++i) {
            line += (i == 0 ? "" : " | ") + group[i].package;
            if (!group[i].qualifier.empty()) line += ":" + group[i].qualifier;
            const auto relation = static_cast<std::size_t>(group[i].relation);
            if (relation > 0)
                line += " (" + std::string(operators[relation]) + " " + group[i].version + ")";
        }
    }
    return line;
}

}  // namespace

FUZZ_TARGET(bytes) {
    const auto parts = buildd::fuzz::parts_of(bytes, 2);
    const auto available = parse_provides(parts[0]);
    for (const auto& one : available)
        require(one.name.size() >= 2 && buildd::fuzz::printable(one.name), "a name is usable");
    const auto needed = parse_dependencies(parts[1]);
    if (!needed) {
        require(buildd::fuzz::printable(needed.error().message), "an error is one line");
        return;
    }
    const auto again = parse_dependencies(written(*needed));
    require(again.ok() && written(*again) == written(*needed), "what is written is read alike");
    require(satisfied(*needed, available) == satisfied(*again, available), "and met alike");
    for (const auto& name : package_names(*needed))
        require(name.find_first_of(" ,|()<>=:\n") == name.npos, "a name is one word");
}
