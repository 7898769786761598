// How urgent a job is (spec: behaviour §9). Pure.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "model/labels.hpp"

namespace buildd::policy {

struct Score {
    int urgency = 0;
    int component = 0;
    int age = 0;  // grows for ever: nothing starves (L44)
    int total() const { return urgency + component + age; }
    std::string text() const;  // "U+15 C+1000 T+0 = 1015"
};

Score score(Urgency urgency, std::string_view component, std::chrono::seconds age);

}  // namespace buildd::policy
