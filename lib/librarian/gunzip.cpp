#include "librarian/gunzip.hpp"

#include <array>
#include <memory>
#include <zlib.h>

#include "base/fd.hpp"

namespace buildd {

Result<void> print_gunzipped(const std::string& path, std::FILE* out) {
    const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), &gzclose);
    if (!file) return system_error("cannot open", path);
    std::array<char, 65536> piece;
    for (;;) {
        const int got = gzread(file.get(), piece.data(), static_cast<unsigned>(piece.size()));
        int status = Z_OK;
        if (got <= 0) gzerror(file.get(), &status);  // a cut file ends without complaint else
        if (got < 0 || status != Z_OK) return Error{path + " is damaged: it does not decompress"};
        if (got == 0) return {};
        if (std::fwrite(piece.data(), 1, static_cast<std::size_t>(got), out) !=
            static_cast<std::size_t>(got))
            return system_error("cannot write", "to standard output");
    }
}

}  // namespace buildd
