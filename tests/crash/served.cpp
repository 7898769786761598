#include "crash/served.hpp"

#include <array>
#include <cstdlib>
#include <memory>
#include <zlib.h>

#include "base/text.hpp"
#include "http_client.hpp"

namespace crash {

Served::Served(const Stage& stage) : calls(stage.fleet().calls()) {
    const auto answer = fleet::http("GET", stage.fleet().control_url() + "state");
    for (const auto& line : buildd::split(answer.body, '\n')) {
        const auto fields = buildd::split(line, '\t');
        if (fields.size() == 7)
            builders.push_back({fields[0], fields[2], fields[4], std::atoi(fields[6].c_str())});
    }
}

const Served::Builder* Served::find(const std::string& name) const {
    for (const auto& builder : builders)
        if (builder.name == name) return &builder;
    return nullptr;
}

std::string gunzipped(const std::string& path) {
    const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), gzclose);
    std::string bytes;
    std::array<char, 16384> piece;
    for (int got = 1; file && got > 0;) {
        got = gzread(file.get(), piece.data(), static_cast<unsigned>(piece.size()));
        if (got > 0) bytes.append(piece.data(), static_cast<std::size_t>(got));
    }
    return bytes;
}

}  // namespace crash
