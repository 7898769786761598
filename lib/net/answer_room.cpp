#include "net/answer_room.hpp"

#include <algorithm>
#include <utility>

namespace buildd::net {

AnswerRoom::Answer::~Answer() {
    room_.answers_.erase(this);
    room_.left_ += taken_;
}

bool AnswerRoom::Answer::append(std::string_view piece) {
    while (!gave_way_ && piece.size() > room_.left_) room_.make_largest_give_way();
    if (gave_way_) return false;
    bytes_.append(piece);
    taken_ += piece.size();
    room_.left_ -= piece.size();
    return true;
}

void AnswerRoom::make_largest_give_way() {
    const auto largest = std::max_element(
        answers_.begin(), answers_.end(),
        [](const Answer* one, const Answer* other) { return one->taken_ < other->taken_; });
    Answer& answer = **largest;
    answer.bytes_ = std::string();
    left_ += std::exchange(answer.taken_, 0);
    answer.gave_way_ = true;
}

}  // namespace buildd::net
