// Debian control data: paragraphs of fields (deb822(5)), and the files that .dsc and .changes list.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/digest.hpp"
#include "base/result.hpp"

namespace buildd {

class Paragraph {
 public:
    // nullptr: no such field. Names are case-insensitive; values keep their inner newlines.
    const std::string* find(std::string_view name) const;
    std::string get(std::string_view name) const;  // empty for none
    // false: the field stands there already.
    bool add(std::string name, std::string value);

 private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

// All paragraphs. An OpenPGP clear signature around them is taken off, not verified. `first_line`
// is the number that errors give the first line. Error: the line that is malformed, a field that
// stands twice, or more than 1,000 fields in one paragraph.
Result<std::vector<Paragraph>> parse_control(std::string_view text, std::int64_t first_line = 1);

// The only paragraph of a .dsc, .changes or control file. As for dpkg it need not be UTF-8: a
// Maintainer of 1999 wrote Latin-1. Whoever uses a field checks it, or makes it printable.
Result<Paragraph> parse_single(std::string_view text);

// One file as a .dsc or .changes states it. Digests that it does not state are empty; MD5 and size
// always stand there.
struct ListedFile {
    std::string name;
    std::uint64_t size = 0;
    std::string md5, sha1, sha256;
};

// Files, Checksums-Sha1 and Checksums-Sha256 brought together. In the .changes form the Files
// lines also hold section and priority. Error: a list that is malformed or contradicts another.
Result<std::vector<ListedFile>> listed_files(const Paragraph& paragraph, bool changes);

// What of size and digests the file on disk does not match, in words; nullopt: it matches.
std::optional<std::string> file_difference(const ListedFile& listed, const FileDigests& found);

// The Multi-Arch field of a binary package: same, foreign or allowed, and "no" for all else.
std::string multiarch_of(const Paragraph& package);

}  // namespace buildd
