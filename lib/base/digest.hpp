// Streaming digests over OpenSSL's libcrypto, as lower-case hex. Each object for one thread at a
// time. Without memory they throw std::bad_alloc.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace buildd {

enum class DigestKind { md5, sha1, sha256 };

class Digester {
 public:
    explicit Digester(DigestKind kind);
    Digester(Digester&&) noexcept;
    Digester& operator=(Digester&&) noexcept;
    ~Digester();

    void update(std::string_view bytes);  // precondition: hex() was not called
    std::string hex();                    // ends the digest; precondition: it was not called

 private:
    struct Free {
        void operator()(void* context) const;
    };
    std::unique_ptr<void, Free> context_;
};

std::string digest(DigestKind kind, std::string_view bytes);

// What the librarian and .changes files state of a file. `size` in bytes.
struct FileDigests {
    std::string md5;
    std::string sha1;
    std::string sha256;
    std::uint64_t size = 0;
    bool operator==(const FileDigests&) const = default;
};

// All of FileDigests in one pass over a stream.
class TripleDigester {
 public:
    void update(std::string_view bytes);  // precondition: finish() was not called
    FileDigests finish();                 // ends them; precondition: it was not called

 private:
    Digester md5_{DigestKind::md5};
    Digester sha1_{DigestKind::sha1};
    Digester sha256_{DigestKind::sha256};
    std::uint64_t size_ = 0;
};

// Reads the file in pieces of 256 KiB; blocks, for a large one with a helper thread beside. Refuses
// what is not a regular file (links are not followed, a FIFO is not waited for). Whether the file
// changed meanwhile is not looked at.
Result<FileDigests> digest_file(const std::string& path);

}  // namespace buildd
