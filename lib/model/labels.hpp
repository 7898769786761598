// The farm's enumerations, with the labels that the database and people see
// (spec: schema, "Labels": same names, same order).
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace buildd {

enum class BuildState {
    NEEDSBUILD,
    FULLYBUILT,
    FAILEDTOBUILD,
    MANUALDEPWAIT,
    CHROOTWAIT,
    SUPERSEDED,
    BUILDING,
    FAILEDTOUPLOAD,
    UPLOADING,
    CANCELLING,
    CANCELLED,
};
enum class Pocket { RELEASE, SECURITY, UPDATES, PROPOSED, BACKPORTS };
enum class ArchivePurpose { PRIMARY, PPA, PARTNER };
enum class PublishingStatus { PENDING, PUBLISHED, SUPERSEDED, DELETED };
enum class SeriesStatus { EXPERIMENTAL, DEVELOPMENT, FROZEN, CURRENT, SUPPORTED, OBSOLETE };
enum class Urgency { LOW, MEDIUM, HIGH, EMERGENCY };
enum class CleanStatus { CLEAN, DIRTY, CLEANING };

// What a builder is just now (policy/builder_state.hpp; view builder_now); the first that is true.
enum class BuilderState {
    DISABLED,  // by a person, or given up after a day of failed canaries
    FAILED,    // until a probe finds it healthy
    BUILDING,
    MANUAL,
    QUARANTINED,  // it rests
    CUTOFF,       // its network is to blame for what failed on it and others
    CANARY,       // its rest is over: one job tries it
    IDLE,
};

// How one attempt ended: `buildattempt.outcome`.
enum class Outcome {
    OK,           // results taken in
    PACKAGEFAIL,  // what the builder said …
    DEPFAIL,
    CHROOTFAIL,
    BUILDERFAIL,
    GIVENBACK,
    ABORTED,
    FORGOTTEN,   // the builder was idle again
    LOST,        // the builder held another job
    SILENT,      // no contact for job_contact_timeout
    STALLED,     // no new output for job_stall_timeout
    UNTAKEABLE,  // results that can never be taken
    UNSTARTED,   // build() was refused or its answer shows it did not start
    SUPERSEDED,
    CANCELLED,
    DISABLED,  // a person took the builder away
    OVERTIME,  // it ran longer than build_timeout
};

template <class E>
struct LabelsOf;

template <>
struct LabelsOf<BuildState> {
    static constexpr std::array<std::string_view, 11> names{
        "NEEDSBUILD", "FULLYBUILT", "FAILEDTOBUILD", "MANUALDEPWAIT",
        "CHROOTWAIT", "SUPERSEDED", "BUILDING",      "FAILEDTOUPLOAD",
        "UPLOADING",  "CANCELLING", "CANCELLED"};
};
template <>
struct LabelsOf<Pocket> {
    static constexpr std::array<std::string_view, 5> names{"RELEASE", "SECURITY", "UPDATES",
                                                           "PROPOSED", "BACKPORTS"};
};
template <>
struct LabelsOf<ArchivePurpose> {
    static constexpr std::array<std::string_view, 3> names{"PRIMARY", "PPA", "PARTNER"};
};
template <>
struct LabelsOf<PublishingStatus> {
    static constexpr std::array<std::string_view, 4> names{"PENDING", "PUBLISHED", "SUPERSEDED",
                                                           "DELETED"};
};
template <>
struct LabelsOf<SeriesStatus> {
    static constexpr std::array<std::string_view, 6> names{
        "EXPERIMENTAL", "DEVELOPMENT", "FROZEN", "CURRENT", "SUPPORTED", "OBSOLETE"};
};
template <>
struct LabelsOf<Urgency> {
    static constexpr std::array<std::string_view, 4> names{"LOW", "MEDIUM", "HIGH", "EMERGENCY"};
};
template <>
struct LabelsOf<CleanStatus> {
    static constexpr std::array<std::string_view, 3> names{"CLEAN", "DIRTY", "CLEANING"};
};
template <>
struct LabelsOf<BuilderState> {
    static constexpr std::array<std::string_view, 8> names{
        "DISABLED", "FAILED", "BUILDING", "MANUAL", "QUARANTINED", "CUTOFF", "CANARY", "IDLE"};
};
template <>
struct LabelsOf<Outcome> {
    static constexpr std::array<std::string_view, 17> names{
        "OK",        "PACKAGEFAIL", "DEPFAIL",   "CHROOTFAIL", "BUILDERFAIL", "GIVENBACK",
        "ABORTED",   "FORGOTTEN",   "LOST",      "SILENT",     "STALLED",     "UNTAKEABLE",
        "UNSTARTED", "SUPERSEDED",  "CANCELLED", "DISABLED",   "OVERTIME"};
};

template <class E>
constexpr std::string_view label(E value) {
    return LabelsOf<E>::names[static_cast<std::size_t>(value)];
}

template <class E>
constexpr std::optional<E> from_label(std::string_view text) {
    for (std::size_t i = 0; i < LabelsOf<E>::names.size(); ++i)
        if (LabelsOf<E>::names[i] == text) return static_cast<E>(i);
    return std::nullopt;
}

std::string_view title(BuildState state);  // "Failed to build" (spec: behaviour §1)

}  // namespace buildd
