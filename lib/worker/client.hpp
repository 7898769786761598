// The builder's protocol as typed calls (spec: protocol). One Client per builder and pass.
#pragma once

#include <chrono>
#include <exception>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "model/worker_status.hpp"
#include "net/http.hpp"
#include "worker/answers.hpp"
#include "xmlrpc/codec.hpp"

namespace buildd::worker {

// Why a call has no usable answer. `message` is readable and names host and port.
struct CallError {
    enum class Kind {
        transport,  // no answer came: unreachable, too late, broken off
        fault,      // the builder answered with a Fault
        protocol,   // an answer came, but it is not the protocol (HTTP error, HTML, wrong types)
    };
    Kind kind = Kind::transport;
    std::string message;
    bool sent = true;   // false: the request certainly never reached the builder
    bool late = false;  // no answer by the deadline: the builder may just be busy
};

// Thrown by every call, fetch() apart, that net::Http::cut() ended: the flow is abandoned, and
// nothing was learned of the builder.
struct Cut : std::exception {
    const char* what() const noexcept override { return "the pass was cut short"; }
};

template <class T>
using CallResult = Result<T, CallError>;

// `ensurepresent` blocks the whole daemon while it downloads.
inline constexpr int ensure_present_factor = 20;

struct FileSource {
    std::string sha1, url, user, password;
};

struct BuildRequest {
    std::string cookie;
    std::string build_type;
    std::string chroot_sha1;
    FileMap files;  // source file name → SHA-1
    xmlrpc::Struct arguments;
};

// Calls of one client go one after the other: the next begins when the last was awaited. No call is
// ever repeated by itself, but ensure_present() as it says. `http` outlives the client, the client
// its calls.
class Client {
 public:
    // `deadline`: of a call, connecting included; more than 0.
    Client(net::Http& http, std::string url, std::chrono::seconds deadline);

    const std::string& url() const { return url_; }

    net::Task<CallResult<bool>> echo();  // true: it answered ["Test"]
    net::Task<CallResult<WorkerInfo>> info();
    // `to_its_end`: not cut short with the pass.
    net::Task<CallResult<WorkerStatus>> status(bool to_its_end = false);
    // Four arguments; on a Fault from a builder that knows only `debian`, two, once.
    net::Task<CallResult<Presence>> ensure_present(FileSource file, bool classic);
    // Never repeated, always on a fresh connection: a second build() wrecks the running job. Not
    // cut short with the pass. After an error but one that was not `sent` the builder may be
    // building: status() tells. Precondition: it has a cookie, and a build type.
    net::Task<CallResult<BuildAnswer>> build(BuildRequest request);
    net::Task<CallResult<void>> abort();
    net::Task<CallResult<void>> clean();

    // GET <url>/filecache/<name>. Precondition: `name` is a SHA-1 or "buildlog". Everything of
    // `request` but its URL and stall is the caller's: one that sends nothing for as long as a call
    // may take, stalls.
    net::Task<Result<void, net::HttpError>> fetch(std::string name, net::GetRequest request,
                                                  net::BodySink sink);

 private:
    struct CallOptions {
        std::chrono::seconds deadline;
        std::size_t max_answer;
        net::Connection connection = net::Connection::closed;
        bool to_its_end = false;
    };
    net::Task<CallResult<xmlrpc::Value>> call(std::string method, xmlrpc::Array params,
                                              CallOptions options);
    net::Task<CallResult<void>> call_for_word(std::string method, std::string expected);
    CallError malformed(const std::string& method, const std::string& why) const;

    net::Http& http_;
    std::string url_;
    std::chrono::seconds deadline_;
};

}  // namespace buildd::worker
