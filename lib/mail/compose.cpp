#include "mail/compose.hpp"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>

#include "base/text.hpp"

namespace buildd::mail {

namespace {

bool plain_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

// RFC 5322 quoted-string, or an encoded word.
std::string display_name(const std::string& name) {
    const std::string line = one_line(name);
    if (!plain_ascii(line)) return header_value(line);
    return "\"" + replace_all(replace_all(line, "\\", "\\\\"), "\"", "\\\"") + "\"";
}

std::string domain_of(const std::string& address) {
    const auto at = address.rfind('@');
    return at == std::string::npos ? "localhost" : address.substr(at + 1);
}

std::string header(std::string_view name, const std::string& value) {
    return fmt::format("{}: {}\r\n", name, value);
}

// Of every mail; `about` makes the Message-ID readable.
std::string envelope(const std::string& address, const std::string& subject_line,
                     std::string_view about, const Sender& sender, const Occasion& occasion) {
    return header("From",
                  fmt::format("{} <{}>", display_name(sender.name), one_line(sender.address))) +
           header("To", one_line(address)) + header("Subject", header_value(subject_line)) +
           header("Date", utc_stamp(occasion.now, "%a, %d %b %Y %H:%M:%S +0000")) +
           header("Message-ID", fmt::format("<{}.{}@{}>", about, one_line(occasion.unique),
                                            one_line(domain_of(sender.address)))) +
           header("MIME-Version", "1.0") + header("Content-Type", "text/plain; charset=\"utf-8\"") +
           header("Content-Transfer-Encoding", "quoted-printable");
}

std::string by_a_program() {
    return header("Auto-Submitted", "auto-generated") + header("Precedence", "bulk");
}

std::string headers(const MailFacts& facts, const Recipient& recipient, const Sender& sender,
                    const Occasion& occasion) {
    std::string out = envelope(recipient.address, subject(facts.build),
                               std::to_string(facts.build.id.value), sender, occasion);
    out += header("X-Launchpad-Build-State", std::string(label(facts.build.state)));
    out += header("X-Launchpad-Build-Component", header_value(facts.component));
    out += header("X-Launchpad-Build-Arch", header_value(facts.build.target.architecture_tag));
    if (recipient.creator) out += header("X-Creator-Recipient", one_line(recipient.address));
    return out + by_a_program();
}

std::string body(const MailFacts& facts, const Recipient& recipient, const Occasion& occasion) {
    std::string out = "\n";
    const auto add = [&](std::string_view name, const std::string& value) {
        out += fmt::format(" * {}: {}\n", name, value.empty() ? "not available" : one_line(value));
    };
    const BuildFacts& build = facts.build;
    add("Source Package", build.source.name);
    add("Version", build.source.version);
    add("Architecture", build.target.architecture_tag);
    add("Archive", fmt::format("{}/{}", build.target.distribution, facts.archive_title));
    add("Component", facts.component);
    add("State", std::string(title(build.state)));
    add("Duration", facts.duration ? show_duration(*facts.duration) : "");
    add("Build Log", occasion.build_log_url);
    add("Builder", facts.builder);
    add("Source", occasion.source_url);
    if (!facts.detail.empty()) out += "\n" + mask_passwords(to_utf8(facts.detail)) + "\n";
    if (build.state == BuildState::FAILEDTOUPLOAD && !facts.upload_log.empty())
        out += "\nUpload log:\n" + mask_passwords(to_utf8(facts.upload_log)) + "\n";
    if (!facts.log_tail.empty())
        out +=
            "\nThe last lines of the build log:\n" + mask_passwords(to_utf8(facts.log_tail)) + "\n";
    out += "\n-- \n" + build.title() + "\n";
    out += recipient.creator ? "You receive this because you are the creator of the source.\n"
                             : "You receive this because you look after this archive's builds.\n";
    return out;
}

}  // namespace

std::string subject(const BuildFacts& build) {
    std::string text =
        fmt::format("[Build #{}] {}: {}", build.id.value, title(build.state), build.title());
    if (!build.trusted()) text += fmt::format(" ({} PPA)", build.archive.owner);
    return text;
}

std::string header_value(std::string_view text) {
    std::string line = one_line(text);
    if (plain_ascii(line)) return line;
    constexpr std::size_t most_bytes = 13;  // 3 characters each keep a word within 75 (RFC 2047, 2)
    std::string out, word;
    const auto end_word = [&] {
        if (!word.empty()) out += (out.empty() ? "" : "\r\n ") + ("=?utf-8?q?" + word + "?=");
        word.clear();
    };
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const auto byte = static_cast<unsigned char>(line[i]);
        const bool starts_character = (byte & 0xC0) != 0x80;
        if (starts_character && bytes >= most_bytes) {
            end_word();
            bytes = 0;
        }
        const bool alnum = byte < 0x80 && std::isalnum(byte) != 0;
        word += alnum ? std::string(1, line[i]) : fmt::format("={:02X}", byte);
        ++bytes;
    }
    end_word();
    return out;
}

std::string quoted_printable(std::string_view text) {
    constexpr std::size_t most = 76;
    std::string out;
    for (const auto& line : split(text, '\n')) {
        std::size_t width = 0;
        for (std::size_t i = 0; i < line.size(); ++i) {
            const auto byte = static_cast<unsigned char>(line[i]);
            const bool at_end = i + 1 == line.size();
            const bool blank = byte == ' ' || byte == '\t';
            const bool plain = (byte > 0x20 && byte < 0x7F && byte != '=') || (blank && !at_end);
            const std::string piece =
                plain ? std::string(1, line[i]) : fmt::format("={:02X}", byte);
            if (width + piece.size() > most - 1) {
                out += "=\r\n";
                width = 0;
            }
            out += piece;
            width += piece.size();
        }
        out += "\r\n";
    }
    return out;
}

Mail compose(const MailFacts& facts, const Recipient& recipient, const Sender& sender,
             const Occasion& occasion) {
    return {recipient.address, subject(facts.build),
            headers(facts, recipient, sender, occasion) + "\r\n" +
                quoted_printable(body(facts, recipient, occasion))};
}

Mail compose_notice(const Notice& notice, const std::string& address, const Sender& sender,
                    const Occasion& occasion) {
    return {address, notice.subject,
            envelope(address, notice.subject, "farm", sender, occasion) + by_a_program() + "\r\n" +
                quoted_printable(mask_passwords(to_utf8(notice.text)) +
                                 "\n-- \nYou receive this because you look after the builders.\n")};
}

}  // namespace buildd::mail
