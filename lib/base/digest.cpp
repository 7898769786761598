#include "base/digest.hpp"

#include <array>
#include <cassert>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <future>
#include <new>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "base/fd.hpp"
#include "base/text.hpp"

namespace buildd {

namespace {

constexpr std::uintmax_t large = 4U << 20;  // bytes: a thread costs less than it gains

const EVP_MD* algorithm(DigestKind kind) {
    switch (kind) {
        case DigestKind::md5:
            return EVP_md5();
        case DigestKind::sha1:
            return EVP_sha1();
        case DigestKind::sha256:
            return EVP_sha256();
    }
    return nullptr;
}

EVP_MD_CTX* raw(void* context) {
    return static_cast<EVP_MD_CTX*>(context);
}

Result<void> for_each_piece(const std::string& path,
                            const std::function<void(std::string_view)>& visit) {
    auto fd = open_file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (!fd) return fd.error();
    struct stat info {};
    if (::fstat(fd->get(), &info) != 0) return system_error("cannot stat", path);
    if (!S_ISREG(info.st_mode)) return Error{path + " is not a regular file"};
    std::string piece(256U << 10, '\0');
    for (;;) {
        const ssize_t got = ::read(fd->get(), piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error("cannot read", path);
        if (got == 0) return {};
        visit(std::string_view(piece).substr(0, static_cast<std::size_t>(got)));
    }
}

}  // namespace

void Digester::Free::operator()(void* context) const {
    EVP_MD_CTX_free(raw(context));
}

Digester::Digester(DigestKind kind) : context_(EVP_MD_CTX_new()) {
    if (!context_ || EVP_DigestInit_ex(raw(context_.get()), algorithm(kind), nullptr) != 1)
        throw std::bad_alloc();
}
Digester::Digester(Digester&&) noexcept = default;
Digester& Digester::operator=(Digester&&) noexcept = default;
Digester::~Digester() = default;

void Digester::update(std::string_view bytes) {
    assert(context_);
    EVP_DigestUpdate(raw(context_.get()), bytes.data(), bytes.size());
}

std::string Digester::hex() {
    assert(context_);
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned length = 0;
    EVP_DigestFinal_ex(raw(context_.get()), bytes.data(), &length);
    context_.reset();
    return to_hex({reinterpret_cast<const char*>(bytes.data()), length});
}

std::string digest(DigestKind kind, std::string_view bytes) {
    Digester digester(kind);
    digester.update(bytes);
    return digester.hex();
}

void TripleDigester::update(std::string_view bytes) {
    md5_.update(bytes);
    sha1_.update(bytes);
    sha256_.update(bytes);
    size_ += bytes.size();
}

FileDigests TripleDigester::finish() {
    return {md5_.hex(), sha1_.hex(), sha256_.hex(), size_};
}

namespace {

Result<FileDigests> digest_small(const std::string& path) {
    TripleDigester digester;
    auto read = for_each_piece(path, [&](std::string_view piece) { digester.update(piece); });
    if (!read) return read.error();
    return digester.finish();
}

Result<std::string> md5_of(const std::string& path) {
    Digester digester(DigestKind::md5);
    auto read = for_each_piece(path, [&](std::string_view piece) { digester.update(piece); });
    if (!read) return read.error();
    return digester.hex();
}

// MD5, which takes as long as the other two, on a thread of its own.
Result<FileDigests> digest_large(const std::string& path) {
    auto md5 = std::async(std::launch::async, md5_of, path);
    Digester sha1(DigestKind::sha1), sha256(DigestKind::sha256);
    std::uint64_t size = 0;
    auto read = for_each_piece(path, [&](std::string_view piece) {
        sha1.update(piece);
        sha256.update(piece);
        size += piece.size();
    });
    const auto first = md5.get();
    if (!read) return read.error();
    if (!first) return first.error();
    return FileDigests{*first, sha1.hex(), sha256.hex(), size};
}

}  // namespace

Result<FileDigests> digest_file(const std::string& path) {
    std::error_code unknown;
    if (std::filesystem::file_size(path, unknown) < large || unknown) return digest_small(path);
    try {
        return digest_large(path);
    } catch (const std::system_error&) {  // there is no thread
        return digest_small(path);
    }
}

}  // namespace buildd
