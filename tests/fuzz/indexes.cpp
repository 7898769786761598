// Release files and Packages indexes: read alike in pieces, and no path leaves its suite.
#include <algorithm>

#include "base/text.hpp"
#include "fuzz.hpp"
#include "upload/packages_file.hpp"
#include "upload/release_file.hpp"

using namespace buildd;
using fuzz::require;

namespace {

std::string read_in_pieces(std::string_view text, std::size_t piece) {
    std::string out;
    PackagesReader reader([&](const IndexedPackage& package) {
        for (const auto* word : {&package.name, &package.version, &package.architecture}) {
            require(!word->empty() && fuzz::printable(*word), "a key is one word");
            out += *word + ' ';
        }
        require(fuzz::printable(package.provides) && valid_utf8(package.provides),
                "Provides is one line of text");
        out += package.provides + '\n';
    });
    for (; !text.empty(); text.remove_prefix(std::min(piece, text.size())))
        reader.write(text.substr(0, piece));
    reader.finish();
    require(fuzz::printable(reader.first_fault()), "a fault is one line");
    return out + reader.first_fault();
}

void check_release(std::string_view bytes) {
    const auto release = parse_release(bytes);
    if (!release) {
        require(fuzz::printable(release.error().message), "an error is one line");
        return;
    }
    for (const auto& index : packages_indexes(*release, "i386"))
        for (const auto& path : index.paths) {
            require(path.starts_with(index.folder + "/Packages"), "an index lies in its folder");
            const auto parts = split(path, '/');
            require(
                std::find(parts.begin(), parts.end(), "..") == parts.end() && fuzz::printable(path),
                "a path stays in its suite");
        }
}

}  // namespace

FUZZ_TARGET(bytes) {
    require(read_in_pieces(bytes, bytes.size() + 1) == read_in_pieces(bytes, 7),
            "an index is read alike in pieces");
    check_release(bytes);
}
