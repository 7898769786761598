// HTTP for tests, over libcurl's easy interface.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace fleet {

// `status` 0: no HTTP answer came; `error` then says why.
struct HttpAnswer {
    long status = 0;
    std::string headers;  // as received, status line first
    std::string body;
    std::string error;
};

// `extra_headers`: "Name: value". A body is sent with POST only. Gives up when it is not done after
// `patience` or when the answer is longer than 64 MiB.
HttpAnswer http(const std::string& method, const std::string& url, const std::string& body = "",
                const std::vector<std::string>& extra_headers = {},
                std::chrono::milliseconds patience = std::chrono::seconds(30));

}  // namespace fleet
