#define OPENSSL_SUPPRESS_DEPRECATED  // EVP's digests cannot be written down
#include "base/sha1.hpp"

#include <array>
#include <charconv>
#include <fmt/format.h>
#include <openssl/sha.h>
#include <vector>

#include "base/text.hpp"

namespace buildd {

namespace {

// At the end of a block all of it is in five words and the length.
std::array<SHA_LONG*, 5> words_of(SHA_CTX& context) {
    return {&context.h0, &context.h1, &context.h2, &context.h3, &context.h4};
}

template <class Number>
bool read_number(const std::string& text, Number& out, int base) {
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, out, base);
    return read.ec == std::errc() && read.ptr == end;
}

}  // namespace

struct Sha1::State {
    SHA_CTX context{};
    State() { SHA1_Init(&context); }
};

Sha1::Sha1() : state_(std::make_unique<State>()) {}
Sha1::Sha1(Sha1&&) noexcept = default;
Sha1& Sha1::operator=(Sha1&&) noexcept = default;
Sha1::~Sha1() = default;

void Sha1::update(std::string_view bytes) {
    SHA1_Update(&state_->context, bytes.data(), bytes.size());
    length_ += bytes.size();
}

std::string Sha1::hex() const {
    SHA_CTX context = state_->context;
    std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
    SHA1_Final(digest.data(), &context);
    return to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::string Sha1::save() const {
    std::string out = std::to_string(length_);
    for (const SHA_LONG* word : words_of(state_->context)) out += fmt::format(" {:08x}", *word);
    return out;
}

std::optional<Sha1> Sha1::restore(std::string_view saved) {
    constexpr int decimal = 10, hexadecimal = 16;
    const std::vector<std::string> parts = split(saved, ' ');
    Sha1 sha;
    SHA_CTX& context = sha.state_->context;
    const auto words = words_of(context);
    if (parts.size() != 1 + words.size() || !read_number(parts[0], sha.length_, decimal) ||
        sha.length_ % block != 0)
        return std::nullopt;
    for (std::size_t i = 0; i < words.size(); ++i)
        if (!is_lower_hex(parts[i + 1], 8) || !read_number(parts[i + 1], *words[i], hexadecimal))
            return std::nullopt;
    const std::uint64_t bits = sha.length_ * 8;
    context.Nl = static_cast<SHA_LONG>(bits);
    context.Nh = static_cast<SHA_LONG>(bits >> 32);
    return sha;
}

}  // namespace buildd
