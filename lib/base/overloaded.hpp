// std::visit with one function for each alternative: one that is missing does not compile.
#pragma once

namespace buildd {

template <class... Functions>
struct Overloaded : Functions... {
    using Functions::operator()...;
};
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

}  // namespace buildd
