#include "fleet/http_client.hpp"

#include <curl/curl.h>
#include <memory>

namespace fleet {

namespace {

constexpr std::size_t longest_answer = 64 << 20;

struct FreeHandle {
    void operator()(CURL* what) const { curl_easy_cleanup(what); }
};
struct FreeList {
    void operator()(curl_slist* what) const { curl_slist_free_all(what); }
};
using ListPtr = std::unique_ptr<curl_slist, FreeList>;

std::size_t append(char* bytes, std::size_t size, std::size_t count, void* text) {
    auto* out = static_cast<std::string*>(text);
    if (out->size() > longest_answer) return 0;  // libcurl then gives up
    out->append(bytes, size * count);
    return size * count;
}

ListPtr list_of(const std::vector<std::string>& lines) {
    curl_slist* list = nullptr;
    for (const std::string& line : lines) list = curl_slist_append(list, line.c_str());
    return ListPtr(list);
}

void set_method(CURL* handle, const std::string& method, const std::string& body) {
    if (method == "HEAD") curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
    if (method != "POST") return;
    curl_easy_setopt(handle, CURLOPT_POST, 1L);
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body.c_str());
}

}  // namespace

HttpAnswer http(const std::string& method, const std::string& url, const std::string& body,
                const std::vector<std::string>& extra_headers, std::chrono::milliseconds patience) {
    const std::unique_ptr<CURL, FreeHandle> handle(curl_easy_init());
    const ListPtr headers = list_of(extra_headers);
    HttpAnswer answer;
    curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle.get(), CURLOPT_PROXY, "");
    curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(patience.count()));
    curl_easy_setopt(handle.get(), CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &answer.body);
    curl_easy_setopt(handle.get(), CURLOPT_HEADERFUNCTION, append);
    curl_easy_setopt(handle.get(), CURLOPT_HEADERDATA, &answer.headers);
    set_method(handle.get(), method, body);
    const CURLcode code = curl_easy_perform(handle.get());
    if (code != CURLE_OK) answer.error = curl_easy_strerror(code);
    if (code == CURLE_OK) curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &answer.status);
    return answer;
}

}  // namespace fleet
