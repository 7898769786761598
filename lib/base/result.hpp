// Result<T, E>: the answer of an operation that may fail in an expected way.
//
// Leaves return it; Failure (failure.hpp) is thrown only where the item or the run is given up. It
// holds its value or its error, never both and never neither; one that was moved from may only be
// destroyed or assigned to. As safe for several threads as what it holds.
#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace buildd {

// One readable clause: what, where, why. No trailing full stop, no newline.
struct Error {
    std::string message;
};

template <class T, class E = Error>
class [[nodiscard]] Result {
 public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(E error) : state_(std::in_place_index<1>, std::move(error)) {}

    bool ok() const { return state_.index() == 0; }
    explicit operator bool() const { return ok(); }

    // Precondition: ok().
    const T& value() const& {
        assert(ok());
        return std::get<0>(state_);
    }
    T& value() & {
        assert(ok());
        return std::get<0>(state_);
    }
    T&& value() && {
        assert(ok());
        return std::get<0>(std::move(state_));
    }
    const T& operator*() const& { return value(); }
    T& operator*() & { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    const T* operator->() const { return &value(); }
    T* operator->() { return &value(); }

    // Precondition: !ok().
    const E& error() const {
        assert(!ok());
        return std::get<1>(state_);
    }

 private:
    std::variant<T, E> state_;
};

template <class E>
class [[nodiscard]] Result<void, E> {
 public:
    Result() = default;
    Result(E error) : error_(std::move(error)) {}

    bool ok() const { return !error_.has_value(); }
    explicit operator bool() const { return ok(); }
    // Precondition: !ok().
    const E& error() const {
        assert(!ok());
        return *error_;
    }

 private:
    std::optional<E> error_;
};

}  // namespace buildd
