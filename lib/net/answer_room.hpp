// The memory that all answers being received share, so that many hostile builders together cannot
// take more than one alone (spec: protocol, "Hostile builders"; bounded memory). When it is full
// the largest answer gives way: honest ones are small.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

namespace buildd::net {

class AnswerRoom {
 public:
    explicit AnswerRoom(std::size_t bytes) : left_(bytes) {}

    // An answer on its way; its bytes count until it is destroyed. The room must outlive it.
    class Answer {
     public:
        explicit Answer(AnswerRoom& room) : room_(room) { room_.answers_.insert(this); }
        ~Answer();
        Answer(const Answer&) = delete;
        Answer& operator=(const Answer&) = delete;

        // False: it had to give way, what came of it is gone.
        bool append(std::string_view piece);
        bool gave_way() const { return gave_way_; }
        std::string take() { return std::move(bytes_); }

     private:
        friend class AnswerRoom;
        AnswerRoom& room_;
        std::string bytes_;
        std::size_t taken_ = 0;  // of the room
        bool gave_way_ = false;
    };

 private:
    void make_largest_give_way();

    std::size_t left_;
    std::set<Answer*> answers_;
};

}  // namespace buildd::net
