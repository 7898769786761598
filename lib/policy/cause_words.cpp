#include "policy/cause_words.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <fmt/format.h>
#include <netinet/in.h>

#include "base/text.hpp"

namespace buildd::policy {

namespace {

std::string_view kind_words(CauseKind kind) {
    switch (kind) {
        case CauseKind::file:
            return "the file";
        case CauseKind::archive:
            return "the PPA of";
        case CauseKind::line:
            return "the archive line deb";
        case CauseKind::host:
            return "the host";
        case CauseKind::chroot:
            return "the chroot";
        case CauseKind::series:
            return "the series";
        case CauseKind::network:
            return "the builders' network";
    }
    return "";
}

std::string_view word_words(CauseWord word) {
    switch (word) {
        case CauseWord::fetch:
            return "files could not be fetched";
        case CauseWord::chroot:
            return "builders ended CHROOTFAIL";
        case CauseWord::builder_fetch:
            return "builders ended BUILDERFAIL as they fetched";
        case CauseWord::silent:
            return "builders fell silent together";
        case CauseWord::none:
            break;
    }
    return "";
}

// "[2001:db8::7]" → "2001:db8::/64"; what is none stays as it is.
std::string network_of_ipv6(std::string_view literal) {
    const std::string text(literal.substr(1, literal.find_first_of("]%") - 1));
    in6_addr address{};
    if (::inet_pton(AF_INET6, text.c_str(), &address) != 1) return std::string(literal);
    std::fill(std::begin(address.s6_addr) + 8, std::end(address.s6_addr), std::uint8_t{0});
    std::array<char, INET6_ADDRSTRLEN> network{};
    ::inet_ntop(AF_INET6, &address, network.data(), network.size());
    return fmt::format("{}/64", network.data());
}

}  // namespace

std::string cause_words(CauseKind kind, CauseWord word, const std::string& name) {
    return fmt::format("{}{}{}: {}", kind_words(kind), name.empty() ? "" : " ", one_line(name),
                       word_words(word));
}

std::string open_sentence(const std::string& words, std::int64_t jobs, std::int64_t builders) {
    if (builders > 0)
        return fmt::format(
            "{}: {} no job, nobody is blamed meanwhile, and one of them is tried now and then",
            words,
            builders == 1 ? "1 builder is given" : fmt::format("{} builders are given", builders));
    return fmt::format(
        "{}: {} for it, nobody is blamed meanwhile, and one of them is tried now and then", words,
        jobs == 1 ? "1 job waits" : fmt::format("{} jobs wait", jobs));
}

bool failed_on_fetch(std::string_view log_tail) {
    constexpr std::array<std::string_view, 8> signs{"unable to fetch",
                                                    "failed to fetch",
                                                    "could not resolve",
                                                    "connection refused",
                                                    "connection timed out",
                                                    "could not connect",
                                                    "temporary failure resolving",
                                                    "network is unreachable"};
    std::string text(
        log_tail.substr(log_tail.size() - std::min<std::size_t>(log_tail.size(), 4096)));
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return std::any_of(signs.begin(), signs.end(),
                       [&](std::string_view sign) { return text.find(sign) != std::string::npos; });
}

CauseWord cause_word(Outcome outcome, bool fetched, bool on_fetch) {
    switch (outcome) {
        case Outcome::UNSTARTED:
            return fetched ? CauseWord::none : CauseWord::fetch;
        case Outcome::CHROOTFAIL:
            return CauseWord::chroot;
        case Outcome::BUILDERFAIL:
            return on_fetch ? CauseWord::builder_fetch : CauseWord::none;
        case Outcome::SILENT:
            return CauseWord::silent;
        default:
            return CauseWord::none;
    }
}

Reached reached(const std::optional<Outcome>& outcome, bool dispatched) {
    if (!dispatched) return Reached::nothing;
    const bool built =
        outcome == Outcome::OK || outcome == Outcome::PACKAGEFAIL || outcome == Outcome::DEPFAIL;
    return built ? Reached::build : Reached::files;
}

CauseEnd as_far_as(CauseEnd end, std::chrono::seconds longest) {
    constexpr std::chrono::minutes least{5};
    const bool is_past = end.at - end.began > std::max<std::chrono::seconds>(least, 2 * longest);
    if (end.running && is_past) end.reached = Reached::build;
    return end;
}

std::string network_of(std::string_view host) {
    if (host.starts_with('[')) return network_of_ipv6(host);
    const bool address = host.find_first_not_of("0123456789.") == host.npos;
    const auto dot = address ? host.rfind('.') : host.find('.');
    if (dot == host.npos) return std::string(host);
    return std::string(address ? host.substr(0, dot) : host.substr(dot + 1));
}

}  // namespace buildd::policy
