#include "farm/turn.hpp"

#include <algorithm>

namespace buildd::farm {

namespace {

constexpr std::chrono::seconds slice{3};  // an ordinary result and its log take less

}  // namespace

net::Task<> Turn::take() {
    if (permit_) co_return;
    using Rank = net::Semaphore::Rank;
    const Rank rank = earlier_ + before_ >= slice ? Rank::last : Rank::usual;
    auto permit = co_await turns_.acquire(rank);
    permit_.emplace(std::move(permit));
    since_ = loop_.now();
}

net::Task<> Turn::pass_on() {
    end();
    co_await take();
}

void Turn::end() {
    before_ = spent();
    permit_.reset();
}

bool Turn::is_over() const {
    return permit_ && turns_.contested() && loop_.now() - since_ >= slice;
}

std::chrono::milliseconds Turn::spent() const {
    if (!permit_) return before_;
    return before_ + std::chrono::duration_cast<std::chrono::milliseconds>(loop_.now() - since_);
}

net::GetRequest Turn::request(std::uint64_t max_bytes) const {
    net::GetRequest request;
    request.max_bytes = max_bytes;
    request.deadline = std::max(std::chrono::ceil<std::chrono::seconds>(allowed_ - spent()),
                                std::chrono::seconds(1));
    request.gives_way = [this] { return is_over(); };
    return request;
}

}  // namespace buildd::farm
