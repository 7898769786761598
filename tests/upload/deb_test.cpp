// Packages read in memory, hostile ones among them.
#include "upload/deb.hpp"

#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/temp_folder.hpp"
#include "test.hpp"

using namespace buildd;

namespace {

constexpr const char* control_text =
    "Package: a\nVersion: 1:2\nArchitecture: i386\nProvides: b,\n c\n";

// A package built by hand, member by member.
struct Maker {
    test::TempFolder folder;

    Maker() { folder.write("tree/control", control_text); }

    void shell(const std::string& script) const {
        const std::string line = fmt::format("cd {} && {}", folder.path(), script);
        REQUIRE(std::system(line.c_str()) == 0);
    }
    std::string deb(const std::string& packing = "gz") const {
        static const std::map<std::string, std::string> packers{
            {"", "cat"}, {"gz", "gzip -n"}, {"xz", "xz"}, {"zst", "zstd -q"}};
        const std::string name = packing.empty() ? "control.tar" : "control.tar." + packing;
        shell(fmt::format("tar -C tree -cf control.plain --sort=name . && {} <control.plain >{}",
                          packers.at(packing), name));
        return ar(name);
    }
    std::string ar(const std::string& control) const {
        shell("echo 2.0 >debian-binary; rm -f a.deb; ar qc a.deb debian-binary " + control);
        return folder.path() + "/a.deb";
    }
    std::string refusal(const std::string& path) const {
        const auto fields = read_deb(path);
        if (fields) return "";
        CHECK(fields.error().kind == DebError::Kind::bad);
        return fields.error().message;
    }
};

}  // namespace

TEST_CASE("control fields are read from every packing that Debian knows") {
    for (const char* packing : {"", "gz", "xz", "zst"}) {
        if (std::string(packing) == "zst" && std::system("command -v zstd >/dev/null") != 0)
            continue;
        INFO(packing);
        const Maker make;
        const auto fields = read_deb(make.deb(packing));
        REQUIRE(fields.ok());
        CHECK(fields->package == "a");
        CHECK(fields->version == "1:2");
        CHECK(fields->architecture == "i386");
        CHECK(fields->file == "a.deb");
    }
}

TEST_CASE("a package whose Maintainer is written in Latin-1 is read") {
    const Maker make;
    make.folder.write("tree/control",
                      std::string(control_text) + "Bugs: Ren\xE9 <r@example.org>\n");
    const auto fields = read_deb(make.deb());
    REQUIRE(fields.ok());
    CHECK(fields->version == "1:2");
}

TEST_CASE("a control member that is a FIFO a link or a folder is refused at once") {
    for (const char* instead : {"mkfifo", "mkdir", "ln -s /etc/passwd"}) {
        const Maker make;
        make.shell(fmt::format("rm tree/control && {} tree/control", instead));
        INFO(instead);
        CHECK(make.refusal(make.deb()) == "a.deb does not open: control is not a regular file");
    }
}

TEST_CASE("a hard link instead of control and a second control are refused") {
    const Maker make;
    make.shell("cd tree && ln control a-link && tar -cf ../control.tar a-link control");
    CHECK(make.refusal(make.ar("control.tar")) ==
          "a.deb does not open: control is not a regular file");
    make.shell("cd tree && tar -cf ../control.tar control && tar -rf ../control.tar ./control");
    CHECK(make.refusal(make.ar("control.tar")) ==
          "a.deb does not open: control.tar has two files control");
}

TEST_CASE("what unpacks to more than is allowed is refused") {
    const Maker make;
    make.shell("head -c 1048577 /dev/zero >tree/control");
    CHECK(make.refusal(make.deb()).find("control is longer than 1048576 bytes") !=
          std::string::npos);
    make.folder.write("tree/control", control_text);
    make.shell("head -c 70000000 /dev/zero >tree/big");
    CHECK(make.refusal(make.deb("xz")).find("unpacks to more than") != std::string::npos);
    make.shell("rm tree/big; for i in $(seq 1001); do : >tree/a$i; done");
    CHECK(make.refusal(make.deb()).find("more than 1000 members") != std::string::npos);
}

TEST_CASE("files that are no packages are refused with the reason") {
    const Maker make;
    const std::string good = test::read(make.deb());
    const auto refusal = [&](const std::string& content) {
        return make.refusal(make.folder.write("b.deb", content));
    };
    CHECK(refusal("") == "b.deb does not open: it ends too early");
    CHECK(refusal("altered by hand") == "b.deb does not open: it is no ar archive");
    CHECK(refusal(good.substr(0, 150)) == "b.deb does not open: it ends too early");
    make.shell("echo >x; rm -f a.deb; ar qc a.deb x");
    CHECK(make.refusal(make.folder.path() + "/a.deb").find("not debian-binary") !=
          std::string::npos);
    CHECK(make.refusal(make.ar("x")).find("no control.tar") != std::string::npos);
    make.shell("cp x control.tar.bz2");
    CHECK(make.refusal(make.ar("control.tar.bz2")).find("packed as control.tar.bz2") !=
          std::string::npos);
    make.shell("head -c 1000 /dev/urandom >control.tar.xz");
    CHECK(make.refusal(make.ar("control.tar.xz")).find("control.tar") != std::string::npos);
    for (std::size_t at = 0; at < good.size(); at += 7) {  // no byte makes it our fault
        std::string broken = good;
        broken[at] = static_cast<char>(broken[at] ^ 0x55);
        const auto fields = read_deb(make.folder.write("c.deb", broken));
        CHECK((fields.ok() || fields.error().kind == DebError::Kind::bad));
    }
}

TEST_CASE("a package that cannot be opened is our trouble and not its own") {
    const Maker make;
    const std::string path = make.deb();
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    const rlimit none{0, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
    const auto fields = read_deb(path);
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
    REQUIRE_FALSE(fields.ok());
    CHECK(fields.error().kind == DebError::Kind::ours);
}
