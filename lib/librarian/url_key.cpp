#include "librarian/url_key.hpp"

#include <array>
#include <cerrno>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/random.h>

#include "base/digest.hpp"
#include "base/fd.hpp"
#include "base/files.hpp"
#include "base/text.hpp"

namespace buildd {

namespace {

constexpr std::size_t key_bytes = 32;
constexpr std::string_view before_key = "secure_link_md5 \"$secure_link_expires$uri ";
constexpr std::string_view after_key = "\";\n";

std::string random_key() {
    std::array<char, key_bytes> bytes{};
    while (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    }
    return to_hex({bytes.data(), bytes.size()});
}

int hex_value(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    const char small = static_cast<char>(digit | 0x20);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

// As nginx has it in $uri.
std::string decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
                            hex_value(text[i + 2]) >= 0;
        if (!escape) {
            out += text[i];
            continue;
        }
        out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
        i += 2;
    }
    return out;
}

std::string path_of(std::string_view url) {
    const auto authority = url.find("//");
    const auto path = url.find('/', authority == url.npos ? 0 : authority + 2);
    return path == url.npos ? "/" : decoded(url.substr(path));
}

// RFC 4648 §5, without padding.
std::string base64url(std::string_view hex) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes += static_cast<char>(hex_value(hex[i]) * 16 + hex_value(hex[i + 1]));
    std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                       reinterpret_cast<const unsigned char*>(bytes.data()),
                                       static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(length));
    for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
    return out.substr(0, out.find('='));
}

}  // namespace

Result<void> make_url_key(const std::string& path) {
    if (exists(path)) return {};
    const auto content = [](const std::string& old) {
        return old.empty() ? fmt::format("{}{}{}", before_key, random_key(), after_key) : old;
    };
    return update_file(path, content, 0600);
}

Result<std::string> read_url_key(const std::string& path) {
    const auto text = read_file(path, 4096);
    if (!text) return text.error();
    const auto key = text->find(before_key);
    const auto end = text->find('"', key == text->npos ? 0 : key + before_key.size());
    if (key == text->npos || end == text->npos)
        return Error{
            fmt::format("{} holds no key: remove it, the next pass makes a new one", path)};
    return text->substr(key + before_key.size(), end - key - before_key.size());
}

std::string with_token(const std::string& url, std::int64_t expires, std::string_view key) {
    const std::string md5 =
        digest(DigestKind::md5, fmt::format("{}{} {}", expires, path_of(url), key));
    return fmt::format("{}?md5={}&expires={}", url, base64url(md5), expires);
}

}  // namespace buildd
