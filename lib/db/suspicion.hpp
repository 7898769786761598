// What speaks against builders (spec: policy/suspicion): read as attempts end, and written.
#pragma once

#include <string>
#include <vector>

#include "db/database.hpp"
#include "model/builder.hpp"
#include "model/edits.hpp"
#include "model/past.hpp"

namespace buildd::db {

// What such an end of an attempt of this build on this builder is judged by; `builder`'s count,
// suspicion and quarantine become those of now.
Past read_past(Database& database, BuildId build, Outcome outcome, BuilderFacts& builder);

// Count and suspicion of a builder. false: they were changed meanwhile.
bool write_suspicion(Transaction& transaction, BuilderId builder, int failures_before, int failures,
                     const SuspicionEdit& edit);

// An end of this build on another builder that spoke against that one, since a person last retried
// the build.
struct Witness {
    std::int64_t evidence = 0;
    BuilderFacts builder;  // id, name, count, suspicion and quarantine; its row is locked
    Outcome outcome = Outcome::OK;
    double weight = 0;
    bool counted = false;  // in the builder's count
    bool canary = false;   // it ended after the builder's quarantine had begun
};
std::vector<Witness> read_witnesses(Database& database, BuildId build, BuilderId but_for);

// These ends, as above.
std::vector<Witness> read_witnesses(Database& database, const std::vector<std::int64_t>& evidence);

// They speak against their builders no more.
void clear_builders_of(Transaction& transaction, const std::vector<std::int64_t>& evidence);

}  // namespace buildd::db
