// Typed row ids, and the cookie that names one attempt (spec: behaviour §1).
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace buildd {

// A `bigint` primary key. Ids of different tables do not mix.
template <class Table>
struct Id {
    std::int64_t value = 0;
    auto operator<=>(const Id&) const = default;
};

using ArchiveId = Id<struct ArchiveTable>;
using BuildId = Id<struct BuildTable>;
using BuilderId = Id<struct BuilderTable>;
using DistroArchSeriesId = Id<struct DistroArchSeriesTable>;
using DistroSeriesId = Id<struct DistroSeriesTable>;
using JobId = Id<struct BuildQueueTable>;
using LibraryFileId = Id<struct LibraryFileAliasTable>;
using MailId = Id<struct MailQueueTable>;
using PersonId = Id<struct PersonTable>;
using SourceId = Id<struct SourcePackageReleaseTable>;

// `<build.id>-<buildqueue.id>`: one attempt, never reused.
struct Cookie {
    BuildId build;
    JobId job;

    std::string text() const;
    auto operator<=>(const Cookie&) const = default;
};

// What the database knows of the two halves of a cookie.
struct CookieFacts {
    bool build_exists = false;
    bool job_exists = false;
    bool belong_together = false;
    bool assigned_here = false;  // to the builder that named it
};

// Exactly the form that Cookie::text() writes. Error: "Malformed job identifier".
Result<Cookie> parse_cookie(std::string_view text);

}  // namespace buildd
