// When a build is given up: its failures follow it from builder to builder. Pure.
#pragma once

namespace buildd::policy {

// The counted failures of a build since a person last retried it, with the one that has just ended.
struct FailedAttempts {
    int all = 0;
    int builders = 0;         // different ones
    int silent_builders = 0;  // different ones that fell silent under it
};

// Of the builder on which the last one ended.
struct BuilderKind {
    int living = 1;    // builders of its kind in use, itself among them
    int failures = 0;  // its counted failures in a row
};

// `threshold`: job_failure_threshold, which decides where fewer than three builders live. There
// a builder that fails everything takes no build with it: it must have done well between.
bool give_up(const FailedAttempts& failed, const BuilderKind& kind, int threshold);

}  // namespace buildd::policy
