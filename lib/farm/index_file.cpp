#include "farm/index_file.hpp"

#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace buildd::farm {

namespace {

using net::HttpError;

Result<Fd> unnamed_file(const std::string& folder) {
    std::string path = folder + "/index-XXXXXX";
    Fd fd(::mkostemp(path.data(), O_CLOEXEC));
    if (!fd.open()) return system_error("cannot create", path);
    ::unlink(path.c_str());
    return fd;
}

}  // namespace

net::Task<Result<Fd, HttpError>> fetch_listed(net::Http& http, net::GetRequest request,
                                              const ListedIndex& listed, DigestKind kind,
                                              std::string folder) {
    auto file = unnamed_file(folder);
    if (!file) co_return HttpError{HttpError::Kind::refused, file.error().message, 0};
    Digester digester(kind);
    std::uint64_t size = 0;
    const net::BodySink sink = [&](std::string_view piece) {
        digester.update(piece);
        size += piece.size();
        return write_all(file->get(), piece, "a temporary file");
    };
    request.max_bytes = listed.size;
    auto done = co_await http.get(request, sink);
    if (!done && done.error().kind == HttpError::Kind::too_large)
        co_return HttpError{
            HttpError::Kind::too_large,
            fmt::format("it is longer than the {} bytes that Release states", listed.size), 0};
    if (!done) co_return done.error();
    if (size != listed.size)
        co_return HttpError{HttpError::Kind::broken,
                            fmt::format("it has {} bytes, Release states {}", size, listed.size),
                            0};
    const std::string found = digester.hex();
    if (found != listed.digest)
        co_return HttpError{
            HttpError::Kind::broken,
            fmt::format("it has the digest {}, Release states {}", found, listed.digest), 0};
    co_return std::move(*file);
}

}  // namespace buildd::farm
