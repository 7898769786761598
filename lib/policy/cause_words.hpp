// What people are told of a common cause, and the word that the end of an attempt says. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "policy/common_cause.hpp"

namespace buildd::policy {

// "the chroot chroot-hoary-i386.tar.gz fails all alike (CHROOTFAIL)". `name`: as people know it;
// empty: the only one of its kind.
std::string cause_words(CauseKind kind, CauseWord word, const std::string& name);

// One line for people: `words` as above; so many jobs wait, or builders are cut off.
std::string open_sentence(const std::string& words, std::int64_t jobs, std::int64_t builders);

// Do the last lines of a builder's log say that it could not fetch something?
bool failed_on_fetch(std::string_view log_tail);

// `fetched`: not so, a file of the start was not to be had.
CauseWord cause_word(Outcome outcome, bool fetched, bool on_fetch);

// `outcome`: nullopt, it still runs. `dispatched`: build() was sent.
Reached reached(const std::optional<Outcome>& outcome, bool dispatched);

// An attempt that has run for long, compared with the `longest` that failed by a cause, has come
// past it.
CauseEnd as_far_as(CauseEnd end, std::chrono::seconds longest);

// The network that a builder stands in, by its host: of an IPv4 address the first three numbers, of
// an IPv6 one in brackets the first 64 bits, else the domain; a name without one is its own.
std::string network_of(std::string_view host);

}  // namespace buildd::policy
