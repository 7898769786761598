// The talk with one builder in a pass. What it says of itself is asked for once and kept until a
// call that changes it: abort(), clean() and build() forget it themselves.
//
// One coroutine at a time uses a session, which outlives it. Every call but fetch() throws
// worker::Cut when the pass is cut short.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "worker/client.hpp"

namespace buildd::farm {

class BuilderSession {
 public:
    // What status() gave, or the readable reason why there is none. Never null.
    using Status = std::shared_ptr<const Result<WorkerStatus>>;

    // `deadline`: of a call.
    BuilderSession(net::Http& http, std::string url, std::chrono::seconds deadline)
        : client_(http, std::move(url), deadline) {}

    // Who gives no answer to this is not asked for its status either.
    net::Task<worker::CallResult<bool>> echo();
    net::Task<worker::CallResult<WorkerInfo>> info();
    // `to_its_end`: not cut short with the pass.
    net::Task<Status> status(bool to_its_end = false);
    // What is known of it without asking; nullptr: nothing.
    Status known_status() const { return status_; }
    // Asked anew, and not kept: of what the builder is about to be told, it may be busy.
    net::Task<worker::CallResult<WorkerStatus>> status_now();

    net::Task<worker::CallResult<worker::Presence>> ensure_present(worker::FileSource file,
                                                                   bool classic);
    // Never repeated; not cut short with the pass.
    net::Task<worker::CallResult<worker::BuildAnswer>> build(worker::BuildRequest request);
    net::Task<worker::CallResult<void>> abort();
    net::Task<worker::CallResult<void>> clean();

    // As worker::Client has it.
    net::Task<Result<void, net::HttpError>> fetch(std::string name, net::GetRequest request,
                                                  net::BodySink sink) {
        return client_.fetch(std::move(name), std::move(request), std::move(sink));
    }

 private:
    worker::Client client_;
    std::optional<WorkerInfo> info_;
    Status status_;
};

}  // namespace buildd::farm
