// At most n flows at a time, first come first served.
#pragma once

#include <cstddef>
#include <deque>

#include "net/loop.hpp"

namespace buildd::net {

class Semaphore {
 public:
    Semaphore(Loop& loop, std::size_t permits) : loop_(loop), permits_(permits), free_(permits) {}

    std::size_t taken() const { return permits_ - free_; }
    bool contested() const { return !waiting_.empty(); }  // somebody waits

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
            Waiter waiter(*this);
            co_await waiter.turn;  // release() hands its permit on
            waiter.gone = true;
        }
        co_return Permit(*this);
    }

 private:
    // A flow may be destroyed while it waits, when a run of the loop ends early.
    struct Waiter {
        explicit Waiter(Semaphore& of) : owner(of), turn(of.loop_) {
            owner.waiting_.push_back(this);
        }
        ~Waiter() {
            if (!turn.is_set())
                std::erase(owner.waiting_, this);
            else if (!gone)
                owner.release();
        }
        Waiter(const Waiter&) = delete;
        Waiter& operator=(const Waiter&) = delete;

        Semaphore& owner;
        Event turn;
        bool gone = false;  // with its permit
    };

    void release() {
        if (waiting_.empty()) {
            ++free_;
            return;
        }
        Waiter* next = waiting_.front();
        waiting_.pop_front();
        next->turn.set();
    }

    Loop& loop_;
    std::size_t permits_;
    std::size_t free_;
    std::deque<Waiter*> waiting_;
};

}  // namespace buildd::net
