// What the fuzz targets share. Each target is one file; libFuzzer calls it with any bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#define FUZZ_TARGET(bytes)                                                              \
    static void run_one(std::string_view bytes);                                        \
    extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { \
        run_one(std::string_view(reinterpret_cast<const char*>(data), size));           \
        return 0;                                                                       \
    }                                                                                   \
    static void run_one(std::string_view bytes)

namespace buildd::fuzz {

// A property that does not hold is a crash, so that libFuzzer keeps the input.
inline void require(bool holds, const char* property) {
    if (holds) return;
    std::fprintf(stderr, "the property does not hold: %s\n", property);
    std::abort();
}

inline bool printable(std::string_view text) {
    for (const char c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return false;
    return true;
}

// Up to `count` parts, separated by newlines; the last takes the rest.
inline std::vector<std::string_view> parts_of(std::string_view bytes, std::size_t count) {
    std::vector<std::string_view> parts;
    while (parts.size() + 1 < count && bytes.find('\n') != bytes.npos) {
        parts.push_back(bytes.substr(0, bytes.find('\n')));
        bytes.remove_prefix(bytes.find('\n') + 1);
    }
    parts.push_back(bytes);
    parts.resize(count);
    return parts;
}

}  // namespace buildd::fuzz
