#include "policy/architectures.hpp"

#include <algorithm>
#include <string>

#include "base/text.hpp"

namespace buildd::policy {

namespace {

// dpkg's (libc, os, cpu) of an architecture or wildcard.
struct Triplet {
    std::string libc = "gnu";
    std::string os = "linux";
    std::string cpu;
};

// Architectures whose name is not their cpu's (dpkg: cputable, tupletable).
std::string cpu_of(std::string_view name) {
    if (name == "armel" || name == "armhf") return "arm";
    if (name == "x32") return "amd64";
    return std::string(name);
}

Triplet triplet_of(std::string_view name) {
    auto parts = split(name, '-');
    Triplet triplet;
    triplet.cpu = cpu_of(parts.back());
    parts.pop_back();
    if (!parts.empty()) {
        triplet.os = parts.back();
        parts.pop_back();
    }
    if (!parts.empty()) triplet.libc = parts.back();
    return triplet;
}

bool part_matches(const std::string& wildcard, const std::string& part) {
    return wildcard == "any" || wildcard == part;
}

}  // namespace

bool architecture_matches(std::string_view word, std::string_view tag) {
    if (word == tag || word == "any") return word != "all";
    const auto parts = split(word, '-');
    const bool wildcard = std::find(parts.begin(), parts.end(), "any") != parts.end();
    if (!wildcard) return false;
    Triplet pattern = triplet_of(word);
    if (parts.size() == 2) pattern.libc = "any";
    const Triplet triplet = triplet_of(tag);
    return part_matches(pattern.libc, triplet.libc) && part_matches(pattern.os, triplet.os) &&
           part_matches(pattern.cpu, triplet.cpu);
}

bool build_wanted(std::string_view hints, std::string_view tag, bool nominated) {
    for (const auto& word : split_words(hints)) {
        if (word == "all" ? nominated : architecture_matches(word, tag)) return true;
    }
    return false;
}

}  // namespace buildd::policy
