#include "farm/release_signature.hpp"

#include <cstdlib>
#include <fmt/format.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "net/process.hpp"
#include "xmlrpc/codec.hpp"

namespace buildd::farm {

namespace {

constexpr std::string_view begin_key = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
constexpr std::string_view end_key = "-----END PGP PUBLIC KEY BLOCK-----";

// A folder of its own, removed with what is in it.
class WorkFolder {
 public:
    explicit WorkFolder(const std::string& parent) : path_(parent + "/signature-XXXXXX") {
        made_ = ::mkdtemp(path_.data()) != nullptr;
    }
    ~WorkFolder() {
        if (made_) static_cast<void>(remove_tree(path_).ok());
    }
    WorkFolder(const WorkFolder&) = delete;
    WorkFolder& operator=(const WorkFolder&) = delete;

    bool made() const { return made_; }
    std::string file(const char* name) const { return fmt::format("{}/{}", path_, name); }

 private:
    std::string path_;
    bool made_ = false;
};

// gpgv takes no armored keys. Between the headers' blank line and the checksum stands base64.
Result<std::string> without_armor(const std::string& key) {
    std::string binary, body;
    bool inside = false, headers = false;
    for (const auto& raw : split(key, '\n')) {
        const std::string line(trim(raw));
        if (line == begin_key) {
            inside = headers = true;
            body.clear();
        } else if (inside && headers) {
            headers = !line.empty();
        } else if (inside && (line.starts_with('=') || line == end_key)) {
            const auto block = xmlrpc::decode_base64(body);
            if (!block) return Error{"the archive's key is not armored text"};
            binary += *block;
            inside = false;
        } else if (inside) {
            body += line;
        }
    }
    if (binary.empty()) return Error{"the archive's key is not armored text"};
    return binary;
}

// One good signature does, as for apt: a Release may have others, of keys that are not ours.
bool says_valid(const std::string& status) {
    bool good = false, valid = false;
    for (const auto& line : split(status, '\n')) {
        if (line.starts_with("[GNUPG:] BADSIG")) return false;
        good = good || line.starts_with("[GNUPG:] GOODSIG");
        valid = valid || line.starts_with("[GNUPG:] VALIDSIG");
    }
    return good && valid;
}

std::string last_line(const std::string& text) {
    const auto lines = split(std::string(trim(text)), '\n');
    return one_line(trim(lines.back())).substr(0, 200);
}

Error not_signed(const net::ProcessEnd& end, const char* program) {
    const std::string why = last_line(end.errors);
    return {fmt::format("it is not signed by the archive's key ({}: {})", program,
                        why.empty() ? end.text() : why)};
}

}  // namespace

net::Task<Result<void>> verify_signature(net::Loop& loop, SignedText what, std::string folder) {
    const auto binary = without_armor(what.key);
    if (!binary) co_return binary.error();
    const WorkFolder work(folder);
    if (!work.made()) co_return system_error("cannot create a folder in", folder);
    const std::pair<const char*, const std::string*> files[]{{"text", &what.text},
                                                             {"key.asc", &what.key},
                                                             {"key.gpg", &*binary},
                                                             {"signature", &what.signature}};
    for (const auto& [name, content] : files)
        if (const auto written = replace_file(work.file(name), *content); !written)
            co_return written.error();
    net::Command sqv;
    sqv.arguments = {"sqv", "--keyring", work.file("key.asc"), work.file("signature"),
                     work.file("text")};
    const auto by_sqv = co_await net::run_process(loop, sqv);
    if (by_sqv && by_sqv->succeeded()) co_return Result<void>();
    if (by_sqv) co_return not_signed(*by_sqv, "sqv");
    net::Command gpgv;
    gpgv.arguments = {"gpgv",           "--status-fd",        "1",
                      "--keyring",      work.file("key.gpg"), work.file("signature"),
                      work.file("text")};
    const auto by_gpgv = co_await net::run_process(loop, gpgv);
    if (!by_gpgv)
        co_return Error{"its signature cannot be verified: there is neither sqv nor gpgv"};
    if (!says_valid(by_gpgv->output)) co_return not_signed(*by_gpgv, "gpgv");
    co_return Result<void>();
}

}  // namespace buildd::farm
