#include "base/text.hpp"

#include "test.hpp"

using namespace buildd;

TEST_CASE("a password in a URL is masked wherever it stands") {
    CHECK(mask_passwords("get http://joe:pw@host/x and //a:b@c/") ==
          "get http://joe:***@host/x and //a:***@c/");
    CHECK(mask_passwords("http://host:80/a@b") == "http://host:80/a@b");
    CHECK(mask_passwords("https://u:p@ss@host/") == "https://u:***@host/");
    CHECK(mask_passwords("//") == "//");
}

TEST_CASE("a token in a URL is masked with a colon and without") {
    CHECK(mask_passwords("https://ghp_x1@host/a and http://joe@host/") ==
          "https://***@host/a and http://***@host/");
    CHECK(mask_passwords("https://ghp_x1:x-oauth-basic@host/") == "https://***@host/");
    CHECK(mask_passwords("https://ghp_x1:@host/") == "https://***@host/");
    CHECK(mask_passwords("https://host/~joe@home") == "https://host/~joe@home");
    CHECK(mask_passwords("mail joe@host // joe@host") == "mail joe@host // joe@host");
}

TEST_CASE("the token of a URL that expires is masked") {
    const std::string url = "http://host/restricted/7/a%2Bb.dsc?md5=";
    CHECK(mask_passwords("get '" + url + "Ab_-9&expires=17' twice: " + url + "x") ==
          "get '" + url + "***&expires=17' twice: " + url + "***");
    CHECK(mask_passwords("/a?expires=17&md5=Ab_-9") == "/a?expires=17&md5=***");
    CHECK(mask_passwords("/a?expires=17&amp;md5=Ab_-9>") == "/a?expires=17&amp;md5=***>");
    CHECK(mask_passwords("its md5=00ff") == "its md5=00ff");
    CHECK(mask_passwords(url + "***&expires=17") == url + "***&expires=17");
}

TEST_CASE("half a password at the start of a cut text is masked") {
    CHECK(mask_tail("_-9x&expires=17 was") == "***&expires=17 was");
    CHECK(mask_tail("?md5=_-9x&expires=17 was") == "?md5=***&expires=17 was");
    CHECK(mask_tail("cret@host/pool Packages") == "***@host/pool Packages");
    CHECK(mask_tail("mail joe@host") == "mail joe@host");
    CHECK(mask_tail("http://joe:pw@host/") == "http://joe:***@host/");
}

TEST_CASE("L33 NUL and broken UTF-8 become replacement characters") {
    using namespace std::string_literals;
    CHECK(to_utf8("a\0b"s) ==
          "a\xEF\xBF\xBD"
          "b");
    CHECK(to_utf8("gr\xFC\xDF") == "gr\xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK(to_utf8("gr\xC3\xBC\xC3") == "gr\xC3\xBC\xEF\xBF\xBD");
    CHECK(to_utf8("\x1B[31m\n") == "\x1B[31m\n");
    CHECK(valid_utf8("gr\xC3\xBC\xC3\x9F \xF0\x9F\x90\xA7"));
    CHECK_FALSE(valid_utf8("\xC0\xAF"));          // overlong
    CHECK_FALSE(valid_utf8("\xED\xA0\x80"));      // surrogate
    CHECK_FALSE(valid_utf8("\xF4\x90\x80\x80"));  // above U+10FFFF
    CHECK(valid_utf8(""));
    for (std::size_t i = 0; i < 20; ++i) {  // wherever it stands
        std::string text(20, 'a');
        CHECK(valid_utf8(text));
        text[i] = '\xFF';
        CHECK_FALSE(valid_utf8(text));
    }
}

TEST_CASE("a line for the log holds no control characters") {
    CHECK(one_line("a\nb\x1B[31mc\t\x7F") == "a b [31mc");
    CHECK(terminal_text(" a\n\tb\x1B[31mc\r\x7F\xFF") == " a\n\tb [31mc  \xEF\xBF\xBD");
    CHECK(one_line("a\xC2\x9B"
                   "31mb\xC2\x80 \xC2\xA0\xC3\x9B") == "a 31mb  \xC2\xA0\xC3\x9B");
}

TEST_CASE("a command is split as a shell splits words") {
    CHECK(*split_command("a  'b c' \"d \\\" e\" f\\ g ''") ==
          std::vector<std::string>{"a", "b c", "d \" e", "f g", ""});
    CHECK(split_command("  ")->empty());
    CHECK_FALSE(split_command("a 'b").ok());
}

TEST_CASE("durations sizes and truth values are read with their units") {
    CHECK(*parse_duration("600") == std::chrono::seconds(600));
    CHECK(*parse_duration("10 min") == std::chrono::minutes(10));
    CHECK(*parse_duration("12 h") == std::chrono::hours(12));
    CHECK(*parse_duration("30d") == std::chrono::hours(720));
    for (const char* bad : {"", "x", "5 weeks", "-1", "99999999999999999999", "1.5 h"})
        CHECK_FALSE(parse_duration(bad).ok());
    CHECK(*parse_size("4 GiB") == 4ULL << 30);
    CHECK(*parse_size("65536") == 65536);
    CHECK_FALSE(parse_size("4 GB").ok());
    CHECK_FALSE(parse_size("99999999999 TiB").ok());
    CHECK(*parse_bool("Yes"));
    CHECK_FALSE(*parse_bool("off"));
    CHECK_FALSE(parse_bool("maybe").ok());
}

TEST_CASE("durations and sizes are shown in the largest fitting units") {
    CHECK(counted(1, "mail") == "1 mail");
    CHECK(counted(0, "mail") == "0 mails");
    CHECK(show_duration(std::chrono::seconds(14)) == "14 s");
    CHECK(show_duration(std::chrono::seconds(125)) == "2 min 5 s");
    CHECK(show_duration(std::chrono::seconds(7500)) == "2 h 5 min");
    CHECK(show_duration(std::chrono::hours(49)) == "2 d 1 h");
    CHECK(show_size(312) == "312 B");
    CHECK(show_size(1'300'000) == "1.2 MiB");
}

TEST_CASE("a file name is percent-encoded for a URL") {
    CHECK(percent_encode("a_1%3a1.0~rc1+b1 ü.deb") == "a_1%253a1.0~rc1%2Bb1%20%C3%BC.deb");
}

TEST_CASE("only whole decimal numbers are numbers") {
    CHECK(parse_int("-42") == -42);
    for (const char* bad : {"", "4x", " 4", "0x10", "9223372036854775808"})
        CHECK_FALSE(parse_int(bad).has_value());
}

TEST_CASE("text is split at separators and at blanks") {
    CHECK(split("a,,b", ',') == std::vector<std::string>{"a", "", "b"});
    CHECK(split("", ',') == std::vector<std::string>{""});
    CHECK(split_words("  a\t b\n") == std::vector<std::string>{"a", "b"});
    CHECK(trim(" \t\n") == "");
    CHECK(replace_all("aXbX", "X", "XX") == "aXXbXX");
}

TEST_CASE("characters that are hidden or turn the text around are named") {
    CHECK(one_line("a\u202Eb\u2066c\u200Bd\uFEFFe\u00ADf") ==
          "a<U+202E>b<U+2066>c<U+200B>d<U+FEFF>e<U+00AD>f");
    CHECK(one_line("\U000E0041") == "<U+E0041>");
    CHECK(terminal_text("x\u2028\n\ty") == "x<U+2028>\n\ty");
    CHECK(one_line(one_line("\u061C")) == "<U+061C>");
    const std::string seen =
        "gr\u00FC\u00DF \u5E83\u3044 \u05E9\u05DC\u05D5\u05DD \U0001F600 e\u0301";
    CHECK(one_line(seen) == seen);
}

TEST_CASE("what is masked stays as it is where a token holds a slash and a login follows") {
    for (const char* text : {"//a&md5=b/c*@x", "//u:p&md5=q@host/ //@/&md5=w/*//v:w@y"}) {
        const std::string masked = mask_passwords(text);
        INFO(masked);
        CHECK(mask_passwords(masked) == masked);
        CHECK(masked.find("md5=b") == masked.npos);
        CHECK(masked.find(":w@") == masked.npos);
    }
}
