#include "pages.hpp"

#include <algorithm>
#include <filesystem>

#include "base/files.hpp"
#include "base/text.hpp"
#include "show.hpp"

namespace buildd::cmd {

namespace {

std::string list_of(const Settings& settings) {
    return settings.root + "/pages";
}

std::vector<std::string> noted(const std::string& text) {
    auto paths = split(text, '\n');
    std::erase(paths, "");
    return paths;
}

}  // namespace

void note_page(const Settings& settings, const std::string& path) {
    const std::string whole = std::filesystem::absolute(path).lexically_normal().string();
    const auto holds = [&](const std::vector<std::string>& paths) {
        return std::find(paths.begin(), paths.end(), whole) != paths.end();
    };
    const auto known = read_file(list_of(settings));
    if (whole.find('\n') != whole.npos || (known && holds(noted(*known)))) return;
    (void)update_file(list_of(settings), [&](const std::string& old) {
        auto paths = noted(old);
        std::erase_if(paths, [](const std::string& one) { return !exists(one); });
        if (!holds(paths)) paths.push_back(whole);
        return join(paths, "\n") + "\n";
    }).ok();
}

Result<void> rewrite_pages(Context& context) {
    const auto known = read_file(list_of(context.settings()));
    if (!known) return {};
    std::vector<std::string> wrong;
    for (const auto& path : noted(*known)) {
        if (!exists(path)) continue;
        try {
            write_page(path, context.database());
        } catch (const Failure& failure) {
            wrong.push_back(failure.what());
        }
    }
    if (wrong.empty()) return {};
    return Error{"a page for everybody still shows what it did: " + join(wrong, "; ")};
}

}  // namespace buildd::cmd
