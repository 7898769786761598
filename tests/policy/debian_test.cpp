// Debian's own rules: versions, dependencies, architectures.
#include <array>
#include <cstdio>
#include <cstdlib>

#include "policy/architectures.hpp"
#include "policy/relations.hpp"
#include "policy/versions.hpp"
#include "test.hpp"

using namespace buildd;
using namespace buildd::policy;
using namespace std::chrono_literals;

TEST_CASE("versions are ordered as Debian orders them") {
    const std::vector<std::string> ascending{
        "0~~",   "0~",      "0",   "0a",  "0+b1", "1.0~rc1", "1.0",   "1.0-1", "1.0-1.1",
        "1.0-2", "1.0+git", "1.1", "1.9", "1.10", "1:0",     "1:0.1", "2:0~"};
    for (std::size_t i = 0; i < ascending.size(); ++i)
        for (std::size_t j = 0; j < ascending.size(); ++j) {
            INFO(ascending[i] << " " << ascending[j]);
            CHECK((compare_versions(ascending[i], ascending[j]) < 0) == (i < j));
            CHECK((compare_versions(ascending[i], ascending[j]) == 0) == (i == j));
        }
    CHECK((compare_versions("1.0", "1.0-0") == 0));
    CHECK((compare_versions("01.00", "1.0") == 0));
    CHECK((compare_versions("0:1", "1") == 0));
}

TEST_CASE("versions compare as dpkg compares them on 600 generated pairs") {
    const std::vector<std::string> parts{"0", "1", "10", "~", "a", "+", ".", "rc", "09", "b2"};
    unsigned seed = 7;
    const auto next = [&](std::size_t limit) {
        seed = seed * 1103515245U + 12345U;
        return (seed >> 8) % limit;
    };
    const auto version = [&] {
        std::string text = next(4) == 0 ? "1:" : "";
        text += std::to_string(next(3));
        for (std::size_t i = next(5); i > 0; --i) text += parts[next(parts.size())];
        if (next(2) == 0) text += "-" + std::to_string(next(3));
        return text;
    };
    std::string script;
    std::vector<std::pair<std::string, std::string>> pairs;
    for (int i = 0; i < 600; ++i) {
        pairs.emplace_back(version(), version());
        script += "dpkg --compare-versions '" + pairs.back().first + "' lt '" +
                  pairs.back().second + "' && printf '<' || { dpkg --compare-versions '" +
                  pairs.back().first + "' eq '" + pairs.back().second +
                  "' && printf '=' || printf '>'; }\n";
    }
    std::FILE* pipe = ::popen(("{ " + script + "} 2>/dev/null").c_str(), "r");
    REQUIRE(pipe != nullptr);
    for (const auto& [a, b] : pairs) {
        const int expected = std::fgetc(pipe);
        const auto order = compare_versions(a, b);
        INFO(a << " " << b);
        CHECK((order < 0 ? '<' : order == 0 ? '=' : '>') == expected);
    }
    ::pclose(pipe);
}

TEST_CASE("epochs and binNMU suffixes are taken off versions") {
    CHECK(without_epoch("2:1.0~rc1") == "1.0~rc1");
    CHECK(without_epoch("1.0") == "1.0");
    CHECK(without_binnmu("2:1.0~rc1+b12") == "2:1.0~rc1");
    for (const char* same : {"1.0", "1.0+b", "1.0+bx", "1.0+b1x"})
        CHECK(without_binnmu(same) == same);
}

TEST_CASE("dependency lines are parsed with all relations and alternatives") {
    const auto parsed = parse_dependencies(
        "debhelper (>= 9), libfoo-dev:any (<< 2.0~) | libbar-dev [linux-any] <!nocheck>, a1, "
        "b2(=1), c3 (<=1), d4 (>>1)");
    REQUIRE(parsed.ok());
    REQUIRE(parsed->size() == 6);
    CHECK((*parsed)[0][0].package == "debhelper");
    CHECK((*parsed)[0][0].relation == VersionRelation::later_or_equal);
    CHECK((*parsed)[0][0].version == "9");
    CHECK((*parsed)[1].size() == 2);
    CHECK((*parsed)[1][0].package == "libfoo-dev");
    CHECK((*parsed)[1][1].package == "libbar-dev");
    CHECK((*parsed)[2][0].relation == VersionRelation::any);
    CHECK(package_names(*parsed) == std::vector<std::string>{"a1", "b2", "c3", "d4", "debhelper",
                                                             "libbar-dev", "libfoo-dev"});
    CHECK(parse_dependencies(" , ")->empty());
    for (const char* bad : {"foo:", "foo:a:b", "foo:Any", "a b@", "foo (1.0)", "foo (>= )",
                            "foo (>= 1.0", "| x", "Foo", "x", "foo bar", "foo (>= 1) bar"})
        CHECK_FALSE(parse_dependencies(bad).ok());
}

TEST_CASE("dependencies are met by versions alternatives and provided packages") {
    const auto met = [](const char* line, const std::vector<Available>& available) {
        return satisfied(*parse_dependencies(line), available);
    };
    const std::vector<Available> have{{"foo", "1.0"}, {"bar", "2:3-1"}};
    CHECK(met("foo", have));
    CHECK(met("foo (>= 1.0), bar (>> 2:3)", have));
    CHECK(met("nope | foo (= 1.0)", have));
    CHECK(met("", have));
    CHECK_FALSE(met("foo (<< 1.0)", have));
    CHECK_FALSE(met("foo (>> 1.0)", have));
    CHECK(met("foo (<= 1.0)", have));
    CHECK_FALSE(met("foo, nope", have));
    CHECK_FALSE(met("nope | never", have));
    const auto provided = parse_provides("virtual-a, virtual-b (= 2)");
    CHECK(met("virtual-a", provided));
    CHECK_FALSE(met("virtual-a (>= 0)", provided));
    CHECK(met("virtual-b (>= 2)", provided));
    CHECK(parse_provides("(, virtual-c (>= 2), Bad_Name, virtual-d").size() == 1);
    const auto epoch = parse_provides("virtual-e (= 1:0.5~rc1-2)");
    CHECK(met("virtual-e (>> 9)", epoch));
    CHECK(met("virtual-e (<< 1:0.5)", epoch));
    CHECK_FALSE(met("virtual-e (= 0.5~rc1-2)", epoch));
}

TEST_CASE("architecture hints select architectures as Debian does") {
    for (const char* word : {"any", "i386", "linux-any", "any-i386"})
        CHECK(architecture_matches(word, "i386"));
    for (const char* word : {"amd64", "kfreebsd-any", "any-amd64", "hurd-i386", "all", "linux"})
        CHECK_FALSE(architecture_matches(word, "i386"));
    CHECK(architecture_matches("any-arm", "armhf"));
    CHECK(architecture_matches("any-arm", "armel"));
    CHECK(architecture_matches("kfreebsd-any", "kfreebsd-amd64"));
    CHECK(architecture_matches("any-amd64", "kfreebsd-amd64"));
    CHECK(architecture_matches("musl-any-any", "musl-linux-armhf"));
    CHECK(architecture_matches("linux-any", "musl-linux-armhf"));
    CHECK_FALSE(architecture_matches("gnu-any-any", "musl-linux-armhf"));
    CHECK_FALSE(architecture_matches("all", "all"));
}

TEST_CASE("architecture hints agree with dpkg-architecture") {
    for (const char* tag : {"i386", "amd64", "armhf", "arm64", "kfreebsd-amd64", "hurd-i386",
                            "musl-linux-armhf", "ppc64el", "x32"})
        for (const char* word : {"any", "linux-any", "any-i386", "any-amd64", "kfreebsd-any",
                                 "any-arm", "musl-any-any", "gnu-any-any", "armhf", "hurd-any"}) {
            const std::string command =
                std::string("dpkg-architecture -a ") + tag + " -i " + word + " 2>/dev/null";
            INFO(command);
            CHECK(architecture_matches(word, tag) == (std::system(command.c_str()) == 0));
        }
}

TEST_CASE("architecture words mean what dpkg's own tables say") {
    CHECK(architecture_matches("linux-amd64", "amd64"));
    CHECK(architecture_matches("any-amd64", "x32"));
    CHECK(architecture_matches("any-mips64el", "mipsn32el"));
    CHECK(architecture_matches("x32-any-any-any", "x32"));
    CHECK_FALSE(architecture_matches("linux-amd64", "kfreebsd-amd64"));
    CHECK_FALSE(architecture_matches("amd64", "x32"));
    CHECK_FALSE(architecture_matches("any-any-any-any-amd64", "amd64"));
    CHECK_FALSE(architecture_matches("linux-any", "no-such"));
    CHECK(architecture_matches("no-such", "no-such"));
}

TEST_CASE("architecture words agree with dpkg on every architecture and wildcard of its tables") {
    // Each architecture that is one word, and some others, with each word: "amd64 linux-any 1".
    std::FILE* pipe = ::popen(
        "perl -MDpkg::Arch=debarch_is,get_valid_arches,debarch_to_debtuple -e '"
        "my %word = map { $_ => 1 } qw(any linux-any-any x-any any-x - any- -any);"
        "for my $arch (get_valid_arches()) {"
        "  my ($abi, $libc, $os, $cpu) = debarch_to_debtuple($arch);"
        "  $word{$_} = 1 for $arch, qq(linux-$arch), qq(any-$cpu), qq($os-any), qq(any-$os-$cpu),"
        "    qq($libc-any-any), qq($libc-$os-any), qq($abi-any-any-any), qq(any-$libc-any-$cpu) }"
        "for my $arch (grep { !/-/ || /musl|hurd|kfreebsd-(amd64|armhf)|uclinux-armel/ }"
        "  get_valid_arches()) {"
        "  print qq($arch $_ ), debarch_is($arch, $_) ? 1 : 0, qq(\\n) for sort keys %word }'",
        "r");
    REQUIRE(pipe != nullptr);
    std::array<char, 200> arch{}, word{};
    int expected = 0, pairs = 0, wrong = 0;
    while (std::fscanf(pipe, "%199s %199s %d", arch.data(), word.data(), &expected) == 3) {
        ++pairs;
        if (architecture_matches(word.data(), arch.data()) == (expected == 1)) continue;
        UNSCOPED_INFO(arch.data() << " " << word.data() << " " << expected);
        ++wrong;
    }
    CHECK(::pclose(pipe) == 0);
    CHECK(pairs > 50'000);
    CHECK(wrong == 0);
}

TEST_CASE("an epoch is a number that dpkg can hold") {
    for (const char* good : {"1:1.0", "0:1", "2147483647:1", "1.0", "1:1:2"})
        CHECK(is_version(good));
    for (const char* bad : {"2147483648:1", "a:1", ":1", "-1:1", "99999999999999999999:1"})
        CHECK_FALSE(is_version(bad));
}
