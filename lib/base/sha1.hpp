// A SHA-1 that can be put away and taken up again, by another process too: the digest of a file
// that takes longer to read than there is time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace buildd {

class Sha1 {
 public:
    static constexpr std::size_t block = 64;  // bytes

    Sha1();
    Sha1(Sha1&&) noexcept;
    Sha1& operator=(Sha1&&) noexcept;
    ~Sha1();

    void update(std::string_view bytes);
    std::uint64_t length() const { return length_; }  // bytes so far
    std::string hex() const;                          // of these

    // Precondition: length() is a multiple of `block`.
    std::string save() const;
    // nullopt: it was not written by save().
    static std::optional<Sha1> restore(std::string_view saved);

 private:
    struct State;
    std::unique_ptr<State> state_;
    std::uint64_t length_ = 0;
};

}  // namespace buildd
