#include "db/rows.hpp"

#include <libpq-fe.h>

#include "db/params.hpp"

namespace buildd::db {

std::size_t Rows::size() const {
    return static_cast<std::size_t>(PQntuples(result_.get()));
}

Row Rows::operator[](std::size_t index) const {
    return {*this, index};
}

std::int64_t Rows::changed() const {
    return parse_int(PQcmdTuples(result_.get())).value_or(0);
}

std::optional<std::string_view> Row::next() {
    pg_result* result = rows_.result_.get();
    const int column = column_++;
    if (column >= PQnfields(result)) throw std::logic_error("a row has fewer columns than read");
    if (PQgetisnull(result, index_, column)) return std::nullopt;
    return std::string_view(PQgetvalue(result, index_, column),
                            static_cast<std::size_t>(PQgetlength(result, index_, column)));
}

std::string array_element(const Param& element) {
    if (!element) return "NULL";
    std::string out = "\"";
    for (const char c : *element) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

}  // namespace buildd::db
