#include "farm/builder_session.hpp"

namespace buildd::farm {

using worker::CallResult;

namespace {

BuilderSession::Status no_status(const worker::CallError& error) {
    return std::make_shared<const Result<WorkerStatus>>(Error{error.message});
}

}  // namespace

net::Task<CallResult<bool>> BuilderSession::echo() {
    auto echoed = co_await client_.echo();
    if (!echoed) status_ = no_status(echoed.error());
    co_return echoed;
}

net::Task<CallResult<WorkerInfo>> BuilderSession::info() {
    if (info_) co_return *info_;
    auto answer = co_await client_.info();
    if (answer) info_ = *answer;
    co_return answer;
}

net::Task<BuilderSession::Status> BuilderSession::status(bool to_its_end) {
    if (status_) co_return status_;
    auto answer = co_await client_.status(to_its_end);
    if (answer)
        status_ = std::make_shared<const Result<WorkerStatus>>(std::move(*answer));
    else
        status_ = no_status(answer.error());
    co_return status_;
}

net::Task<CallResult<WorkerStatus>> BuilderSession::status_now() {
    status_.reset();
    auto answer = co_await client_.status();
    co_return answer;
}

net::Task<CallResult<worker::Presence>> BuilderSession::ensure_present(worker::FileSource file,
                                                                       bool classic) {
    auto presence = co_await client_.ensure_present(std::move(file), classic);
    co_return presence;
}

net::Task<CallResult<worker::BuildAnswer>> BuilderSession::build(worker::BuildRequest request) {
    auto answer = co_await client_.build(std::move(request));
    status_.reset();
    co_return answer;
}

net::Task<CallResult<void>> BuilderSession::abort() {
    auto done = co_await client_.abort();
    status_.reset();
    co_return done;
}

net::Task<CallResult<void>> BuilderSession::clean() {
    auto done = co_await client_.clean();
    status_.reset();
    co_return done;
}

}  // namespace buildd::farm
