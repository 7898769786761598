// At most n flows at a time, first come first served.
#pragma once

#include <cstddef>
#include <deque>

#include "net/loop.hpp"

namespace buildd::net {

class Semaphore {
 public:
    Semaphore(Loop& loop, std::size_t permits) : loop_(loop), free_(permits) {}

    // Gives its permit back when destroyed.
    class Permit {
     public:
        explicit Permit(Semaphore& owner) : owner_(&owner) {}
        Permit(Permit&& other) noexcept : owner_(std::exchange(other.owner_, nullptr)) {}
        Permit& operator=(Permit&&) = delete;
        ~Permit() {
            if (owner_ != nullptr) owner_->release();
        }

     private:
        Semaphore* owner_;
    };

    Task<Permit> acquire() {
        if (free_ > 0) {
            --free_;
        } else {
            Event turn(loop_);
            waiting_.push_back(&turn);
            co_await turn;  // release() hands its permit on
        }
        co_return Permit(*this);
    }

 private:
    void release() {
        if (waiting_.empty()) {
            ++free_;
            return;
        }
        Event* next = waiting_.front();
        waiting_.pop_front();
        next->set();
    }

    Loop& loop_;
    std::size_t free_;
    std::deque<Event*> waiting_;
};

}  // namespace buildd::net
