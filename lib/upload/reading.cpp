#include "upload/reading.hpp"

#include <fmt/format.h>
#include <new>

#include "base/failure.hpp"
#include "base/files.hpp"
#include "upload/apart.hpp"
#include "upload/deb.hpp"
#include "upload/leaf.hpp"

namespace buildd {

namespace {

constexpr char good = '+', trouble = '-';  // an answer begins with

// Whether it is the limit's fault or the machine's, whoever has set the limit finds out.
void look_into(const std::string& path, Reading& reading) {
    const std::string file = base_name(path);
    auto fields = read_deb(path);
    if (fields)
        reading.packages[file] = std::move(*fields);
    else if (fields.error().kind == DebError::Kind::bad)
        reading.unreadable[file] = fields.error().message;
    else if (fields.error().kind == DebError::Kind::memory)
        throw std::bad_alloc();
    else
        throw Failure(ExitStatus::unavailable, fields.error().message);
}

Reading read_all(const std::string& changes_path) {
    Reading reading;
    auto changes = read_changes(changes_path);
    if (!changes) {
        reading.malformed = fmt::format("{}: {}", base_name(changes_path), changes.error().message);
        return reading;
    }
    reading.changes = std::move(*changes);
    for (const auto& file : reading.changes.files) {
        const std::string path = parent_of(changes_path) + "/" + file.name;
        if (is_binary_package(file.name) && !why_unreadable(path)) look_into(path, reading);
    }
    return reading;
}

std::string answer_of(const std::string& changes_path) {
    try {
        return good + pack(read_all(changes_path));
    } catch (const Failure& failure) {
        return trouble + std::string(failure.what());
    }
}

Reading without_answer(const std::string& changes_path, const ApartError& error) {
    if (error.kind == ApartError::Kind::died) throw ReaderDied(error.message, error.signal);
    if (error.kind == ApartError::Kind::ours) throw Failure(ExitStatus::unavailable, error.message);
    Reading reading;
    reading.malformed =
        fmt::format("{} and its packages take {}", base_name(changes_path), error.message);
    return reading;
}

}  // namespace

Reading read_leaf(const std::string& changes_path) {
    const auto answer = run_apart([&] { return answer_of(changes_path); });
    if (!answer) return without_answer(changes_path, answer.error());
    if (answer->starts_with(trouble)) throw Failure(ExitStatus::unavailable, answer->substr(1));
    auto reading = unpack(std::string_view(*answer).substr(answer->empty() ? 0 : 1));
    if (!reading) throw Failure(ExitStatus::unavailable, reading.error().message);
    return std::move(*reading);
}

}  // namespace buildd
