// At most n flows at a time, first come first served; those of the last rank after all others. From
// the loop's thread alone.
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <deque>

#include "net/loop.hpp"

namespace buildd::net {

class Semaphore {
 public:
    // Outlives its permits and whoever waits. Precondition: there is a permit at all.
    Semaphore(Loop& loop, std::size_t permits) : loop_(loop), permits_(permits), free_(permits) {
        assert(permits > 0);
    }

    std::size_t taken() const { return permits_ - free_; }
    bool contested() const { return !lines_[0].empty() || !lines_[1].empty(); }  // somebody waits

    enum class Rank { usual, last };

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

    Task<Permit> acquire(Rank rank = Rank::usual) {
        if (free_ > 0) {
            --free_;
        } else {
            Waiter waiter(*this, lines_[static_cast<std::size_t>(rank)]);
            co_await waiter.turn;  // release() hands its permit on
            waiter.gone = true;
        }
        co_return Permit(*this);
    }

 private:
    // A flow may be destroyed while it waits, when a run of the loop ends early.
    struct Waiter {
        Waiter(Semaphore& of, std::deque<Waiter*>& in) : owner(of), line(in), turn(of.loop_) {
            line.push_back(this);
        }
        ~Waiter() {
            if (!turn.is_set())
                std::erase(line, this);
            else if (!gone)
                owner.release();
        }
        Waiter(const Waiter&) = delete;
        Waiter& operator=(const Waiter&) = delete;

        Semaphore& owner;
        std::deque<Waiter*>& line;
        Event turn;
        bool gone = false;  // with its permit
    };

    void release() {
        const auto line = std::find_if_not(lines_.begin(), lines_.end(),
                                           [](const auto& one) { return one.empty(); });
        if (line == lines_.end()) {
            assert(free_ < permits_);
            ++free_;
            return;
        }
        Waiter* next = line->front();
        line->pop_front();
        next->turn.set();
    }

    Loop& loop_;
    std::size_t permits_;
    std::size_t free_;
    std::array<std::deque<Waiter*>, 2> lines_;  // by rank
};

}  // namespace buildd::net
