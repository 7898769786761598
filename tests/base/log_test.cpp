// The log (buildd-master(1), "OUTPUT").
#include "base/log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "support/temp_folder.hpp"
#include "test.hpp"

using namespace buildd;

namespace {

// What one line of each level looks like on stderr.
std::string on_stderr(bool journal) {
    const test::TempFolder folder;
    const std::string path = folder.write("stderr", "");
    const Fd file = std::move(*open_file(path, O_WRONLY));
    const Fd own(::dup(STDERR_FILENO));
    ::dup2(file.get(), STDERR_FILENO);
    Log log(Level::DEBUG);
    log.add_sink(stderr_sink(journal));
    log.debug("a");
    log.info("b");
    log.warning("c");
    log.error("d");
    log.critical("e");
    ::dup2(own.get(), STDERR_FILENO);
    return test::read(path);
}

}  // namespace

TEST_CASE("each level has its padded name and under systemd its priority") {
    CHECK(on_stderr(false) == "DEBUG   a\nINFO    b\nWARNING c\nERROR   d\nCRITICAL e\n");
    CHECK(on_stderr(true) ==
          "<7>DEBUG   a\n<6>INFO    b\n<4>WARNING c\n<3>ERROR   d\n<2>CRITICAL e\n");
}

TEST_CASE("a message is one line with passwords masked and is dropped below the threshold") {
    std::vector<std::string> lines;
    Log log(Level::INFO);
    log.add_sink([&](Level, std::string_view line) { lines.emplace_back(line); });
    log.debug("quiet");
    log.info("two\nlines of http://joe:secret@x/");
    CHECK(lines == std::vector<std::string>{"INFO    two lines of http://joe:***@x/"});
}
