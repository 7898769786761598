#include "worker/client.hpp"

#include <cassert>
#include <fmt/format.h>

#include "base/text.hpp"
#include "worker/status.hpp"

namespace buildd::worker {

namespace {

using net::Connection;
using xmlrpc::Array;
using xmlrpc::Struct;
using xmlrpc::Value;

constexpr std::size_t small_answer = 64 << 10;
constexpr std::size_t large_answer = 4 << 20;

CallError from_http(const net::HttpError& error) {
    using Kind = net::HttpError::Kind;
    const bool answered = error.kind == Kind::status || error.kind == Kind::too_large;
    return {answered ? CallError::Kind::protocol : CallError::Kind::transport, error.message,
            error.kind != Kind::unreachable, error.kind == Kind::timeout};
}

Array presence_params(const FileSource& file, bool four) {
    Array params{Value(file.sha1), Value(file.url)};
    if (four) {
        params.emplace_back(file.user);
        params.emplace_back(file.password);
    }
    return params;
}

Struct file_struct(const FileMap& files) {
    Struct members;
    for (const auto& [name, sum] : files) members.emplace(name, sum);
    return members;
}

}  // namespace

Client::Client(net::Http& http, std::string url, std::chrono::seconds deadline)
    : http_(http), url_(std::move(url)), deadline_(deadline) {
    assert(deadline_.count() > 0);
}

CallError Client::malformed(const std::string& method, const std::string& why) const {
    return {CallError::Kind::protocol, fmt::format("{} answered {}() with something malformed: {}",
                                                   net::host_and_port(url_), method, why)};
}

net::Task<CallResult<Value>> Client::call(std::string method, Array params, CallOptions options) {
    net::PostRequest request;
    request.url = net::join_url(url_, "rpc");
    request.body = xmlrpc::encode_call({method, std::move(params)});
    request.deadline = options.deadline;
    request.max_answer = options.max_answer;
    request.connection = options.connection;
    request.to_its_end = options.to_its_end;
    auto body = co_await http_.post(std::move(request));
    if (!body && body.error().kind == net::HttpError::Kind::cut) throw Cut();
    if (!body) co_return from_http(body.error());
    auto answer = xmlrpc::decode_response(*body);
    if (!answer) co_return malformed(method, answer.error().message);
    if (const auto* fault = std::get_if<xmlrpc::Fault>(&*answer))
        co_return CallError{
            CallError::Kind::fault,
            fmt::format("{} answered {}() with Fault {}: {}", net::host_and_port(url_), method,
                        fault->code, in_brief(fault->text))};
    co_return std::get<Value>(std::move(*answer));
}

net::Task<CallResult<bool>> Client::echo() {
    const CallOptions options{deadline_, small_answer, Connection::kept};
    const Array params{Value("Test")};
    auto answer = co_await call("echo", params, options);
    if (!answer) co_return answer.error();
    co_return *answer == Value(params);
}

net::Task<CallResult<WorkerInfo>> Client::info() {
    const CallOptions options{deadline_, small_answer, Connection::kept};
    auto answer = co_await call("info", Array(), options);
    if (!answer) co_return answer.error();
    auto info = decode_info(*answer);
    if (!info) co_return malformed("info", info.error().message);
    co_return std::move(*info);
}

net::Task<CallResult<WorkerStatus>> Client::status(bool to_its_end) {
    const CallOptions options{deadline_, large_answer, Connection::closed, to_its_end};
    auto answer = co_await call("status", Array(), options);
    if (!answer) co_return answer.error();
    auto status = decode_status(*answer);
    if (!status) co_return malformed("status", status.error().message);
    co_return std::move(*status);
}

net::Task<CallResult<Presence>> Client::ensure_present(FileSource file, bool classic) {
    const CallOptions options{deadline_ * ensure_present_factor, small_answer, Connection::kept};
    Array params = presence_params(file, true);
    auto answer = co_await call("ensurepresent", std::move(params), options);
    const bool try_two =
        classic && !answer && answer.error().kind == CallError::Kind::fault && file.user.empty();
    if (try_two) {
        params = presence_params(file, false);
        answer = co_await call("ensurepresent", std::move(params), options);
    }
    if (!answer) co_return answer.error();
    auto presence = decode_presence(*answer);
    if (!presence) co_return malformed("ensurepresent", "no [boolean, string]");
    co_return std::move(*presence);
}

net::Task<CallResult<BuildAnswer>> Client::build(BuildRequest request) {
    assert(!request.cookie.empty() && !request.build_type.empty());
    const CallOptions options{deadline_, small_answer, Connection::fresh, true};
    Array params{Value(request.cookie), Value(request.build_type), Value(request.chroot_sha1),
                 Value(file_struct(request.files)), Value(request.arguments)};
    auto answer = co_await call("build", std::move(params), options);
    if (!answer) co_return answer.error();
    auto decoded = decode_build(*answer);
    if (!decoded) co_return malformed("build", "no array of strings");
    co_return std::move(*decoded);
}

net::Task<CallResult<void>> Client::call_for_word(std::string method, std::string expected) {
    const CallOptions options{deadline_, small_answer};
    auto answer = co_await call(method, Array(), options);
    if (!answer) co_return answer.error();
    const auto* word = answer->as<std::string>();
    if (word == nullptr || *word != expected) co_return malformed(method, "not " + expected);
    co_return CallResult<void>();
}

net::Task<CallResult<void>> Client::abort() {
    return call_for_word("abort", "BuilderStatus.ABORTING");
}

net::Task<CallResult<void>> Client::clean() {
    return call_for_word("clean", "BuilderStatus.IDLE");
}

net::Task<Result<void, net::HttpError>> Client::fetch(std::string name, net::GetRequest request,
                                                      net::BodySink sink) {
    request.url = net::join_url(url_, "filecache/" + name);
    request.stall = deadline_;
    return http_.get(std::move(request), std::move(sink));
}

}  // namespace buildd::worker
