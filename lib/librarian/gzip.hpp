// Streaming gzip compression over zlib.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "base/result.hpp"

namespace buildd {

class GzipStream {
 public:
    using Out = std::function<Result<void>(std::string_view)>;

    explicit GzipStream(Out out);
    ~GzipStream();
    GzipStream(GzipStream&&) noexcept;

    Result<void> write(std::string_view bytes);
    Result<void> finish();  // ends the member; what is written then begins another

 private:
    struct State;
    Result<void> deflate(std::string_view bytes, int flush);
    Out out_;
    std::unique_ptr<State> state_;
};

}  // namespace buildd
