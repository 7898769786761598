#include "librarian/gunzip.hpp"

#include <array>
#include <memory>
#include <zlib.h>

#include "base/fd.hpp"

namespace buildd {

namespace {

using GzipFile = std::unique_ptr<gzFile_s, int (*)(gzFile)>;

Result<void> pump(const GzipFile& file, const GunzipSink& sink) {
    std::array<char, 65536> piece;
    for (;;) {
        const int got = gzread(file.get(), piece.data(), static_cast<unsigned>(piece.size()));
        int status = Z_OK;
        if (got <= 0) gzerror(file.get(), &status);  // a cut file ends without complaint else
        if (got < 0 || status != Z_OK) return Error{"it is damaged: it does not decompress"};
        if (got == 0) return {};
        if (auto taken = sink({piece.data(), static_cast<std::size_t>(got)}); !taken) return taken;
    }
}

}  // namespace

Result<void> read_gunzipped(const std::string& path, const GunzipSink& sink) {
    const GzipFile file(gzopen(path.c_str(), "rb"), &gzclose);
    if (!file) return system_error("cannot open", path);
    const auto done = pump(file, sink);
    return done ? done : Error{path + ": " + done.error().message};
}

}  // namespace buildd
