#include "upload/release_file.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <fmt/format.h>

#include "base/text.hpp"
#include "policy/names.hpp"
#include "upload/control.hpp"

namespace buildd {

namespace {

struct Checksums {
    const char* field;
    DigestKind kind;
    std::size_t digits;
};
constexpr std::array<Checksums, 3> best_first{{{"SHA256", DigestKind::sha256, 64},
                                               {"SHA1", DigestKind::sha1, 40},
                                               {"MD5Sum", DigestKind::md5, 32}}};

Result<void> read_list(ReleaseFile& release, const Checksums& sums, const std::string& list) {
    for (const auto& line : split(list, '\n')) {
        const auto words = split_words(line);
        if (words.empty()) continue;
        const auto size = words.size() == 3 ? parse_int(words[1]) : std::nullopt;
        const std::string digest = lower(words[0]);
        if (!size || *size < 0 || !is_lower_hex(digest, sums.digits))
            return Error{fmt::format("{} has a malformed line '{}'", sums.field,
                                     one_line(line).substr(0, 200))};
        release.files.emplace(words[2], ListedIndex{static_cast<std::uint64_t>(*size), digest});
    }
    return {};
}

// Of Acquire::CompressionTypes (apt.conf(5)) what can be read here; plain at last.
constexpr std::array<const char*, 4> apts_order{".xz", ".gz", ".zst", ""};

// "main/binary-i386/Packages.gz" → {"main", ".gz"}; nullopt: no index of that architecture.
struct IndexName {
    std::string component, compression;
};
std::optional<IndexName> index_name(const std::string& path, std::string_view tag) {
    const auto parts = split(path, '/');
    if (parts.size() != 3 || parts[1] != fmt::format("binary-{}", tag) ||
        !parts[2].starts_with("Packages") || !policy::check_farm_name(parts[0]))
        return std::nullopt;
    const std::string compression = parts[2].substr(std::string_view("Packages").size());
    if (!compression.empty() && !compression.starts_with('.')) return std::nullopt;
    return IndexName{parts[0], compression};
}

void add_indexes(std::vector<PackagesIndex>& indexes, const ReleaseFile& release,
                 std::string_view tag) {
    std::map<std::string, PackagesIndex> by_component;
    for (const auto& [path, listed] : release.files) {
        const auto name = index_name(path, tag);
        if (!name) continue;
        PackagesIndex& index = by_component[name->component];
        index.component = name->component;
        index.folder = path.substr(0, path.rfind('/'));
        if (name->compression.empty()) index.plain_size = listed.size;
    }
    for (auto& [component, index] : by_component) {
        for (const char* compression : apts_order) {
            const std::string path = fmt::format("{}/Packages{}", index.folder, compression);
            if (release.files.contains(path)) index.paths.push_back(path);
        }
        indexes.push_back(std::move(index));
    }
}

// "Sat, 05 Dec 2026 22:33:12 UTC"; nullopt: it is no such time.
std::optional<std::chrono::system_clock::time_point> read_time(const std::string& text) {
    std::tm time{};
    const char* rest = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S", &time);
    const bool utc = rest != nullptr && (trim(rest) == "UTC" || trim(rest) == "+0000");
    if (!utc) return std::nullopt;
    return std::chrono::system_clock::from_time_t(::timegm(&time));
}

}  // namespace

Result<ReleaseFile> parse_release(std::string_view text) {
    const auto paragraph = parse_single(text);
    if (!paragraph) return paragraph.error();
    ReleaseFile release;
    // The field names what does not hold: "Packages" (of the specification of repositories).
    const auto unsupported = split_words(paragraph->get("No-Support-for-Architecture-all"));
    for (const auto& word : unsupported) release.all_is_everywhere |= word == "Packages";
    const std::string* architectures = paragraph->find("Architectures");
    if (architectures != nullptr) {
        const auto all = split_words(*architectures);
        release.all_is_everywhere |= std::find(all.begin(), all.end(), "all") == all.end();
    }
    release.suite = paragraph->get("Suite");
    release.codename = paragraph->get("Codename");
    release.valid_until = read_time(paragraph->get("Valid-Until"));
    release.by_hash = lower(paragraph->get("Acquire-By-Hash")) == "yes";
    for (const auto& sums : best_first) {
        const std::string* list = paragraph->find(sums.field);
        if (list == nullptr) continue;
        release.kind = sums.kind;
        if (auto read = read_list(release, sums, *list); !read) return read.error();
        return release;
    }
    return Error{"it lists no files with digests"};
}

std::string why_stale(const ReleaseFile& release, const std::string& suite,
                      std::chrono::system_clock::time_point now) {
    const bool named = !release.suite.empty() || !release.codename.empty();
    if (named && release.suite != suite && release.codename != suite)
        return fmt::format("it is of the suite '{}' ({})", one_line(release.suite),
                           one_line(release.codename));
    if (release.valid_until && *release.valid_until < now)
        return "its Valid-Until is over: the mirror is old, or somebody shows an old one";
    return "";
}

std::string by_hash_path(const ReleaseFile& release, const std::string& path) {
    const auto listed = release.files.find(path);
    if (!release.by_hash || listed == release.files.end()) return "";
    const auto sums = std::find_if(best_first.begin(), best_first.end(),
                                   [&](const auto& one) { return one.kind == release.kind; });
    return fmt::format("{}/by-hash/{}/{}", path.substr(0, path.rfind('/')), sums->field,
                       listed->second.digest);
}

std::vector<PackagesIndex> packages_indexes(const ReleaseFile& release,
                                            std::string_view architecture_tag) {
    std::vector<PackagesIndex> indexes;
    add_indexes(indexes, release, architecture_tag);
    if (!release.all_is_everywhere) add_indexes(indexes, release, "all");
    return indexes;
}

}  // namespace buildd
