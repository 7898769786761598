#include "base/files.hpp"

#include <atomic>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include "base/digest.hpp"
#include "base/flock.hpp"
#include "base/lock_file.hpp"
#include "base/log.hpp"
#include "support/temp_folder.hpp"
#include "test.hpp"

using namespace buildd;
using test::TempFolder;

TEST_CASE("folders are made with their parents and making them again is success") {
    const TempFolder folder;
    const std::string deep = folder.path() + "/a/b/c";
    REQUIRE(make_folders(deep).ok());
    CHECK(make_folders(deep).ok());
    CHECK(is_folder(deep));
    folder.write("file", "");
    CHECK_FALSE(make_folders(folder.path() + "/file/x").ok());
}

TEST_CASE("moving never overwrites") {
    const TempFolder folder;
    folder.write("a", "1");
    folder.write("b", "2");
    CHECK_FALSE(move_durably(folder.path() + "/a", folder.path() + "/b").ok());
    CHECK(test::read(folder.path() + "/b") == "2");
    CHECK(move_durably(folder.path() + "/a", folder.path() + "/c").ok());
    CHECK(test::read(folder.path() + "/c") == "1");
    CHECK_FALSE(move_durably(folder.path() + "/none", folder.path() + "/d").ok());
}

TEST_CASE("removing a tree does not follow links and missing is success") {
    const TempFolder folder;
    folder.write("keep/file", "x");
    folder.write("tree/sub/file", "y");
    std::filesystem::create_directory_symlink(folder.path() + "/keep",
                                              folder.path() + "/tree/link");
    CHECK(remove_tree(folder.path() + "/tree").ok());
    CHECK_FALSE(exists(folder.path() + "/tree"));
    CHECK(exists(folder.path() + "/keep/file"));
    CHECK(remove_tree(folder.path() + "/tree").ok());
}

TEST_CASE("a folder is listed in order and a missing one is empty") {
    const TempFolder folder;
    folder.write("b", "");
    folder.write("a", "");
    CHECK(*list_folder(folder.path()) == std::vector<std::string>{"a", "b"});
    CHECK(list_folder(folder.path() + "/none")->empty());
}

TEST_CASE("L32 a replaced file is never seen in part and leaves no temporary file") {
    const TempFolder folder;
    const std::string path = folder.write("f", "old");
    CHECK(replace_file(path, "new").ok());
    CHECK(test::read(path) == "new");
    CHECK(list_folder(folder.path())->size() == 1);
    CHECK_FALSE(replace_file(folder.path() + "/no/f", "x").ok());
}

TEST_CASE("a writer that does not come on keeps nobody else waiting for ever") {
    const TempFolder folder;
    const std::string path = folder.write("f", "old");
    const auto stopped = open_file(path + ".new", O_WRONLY | O_CREAT);
    REQUIRE(*lock_within(stopped->get(), std::chrono::milliseconds(0), path));
    const auto replaced = replace_file(path, "new");
    REQUIRE_FALSE(replaced.ok());
    CHECK(replaced.error().message == path + ".new is being written by another process for 5 s");
    CHECK(test::read(path) == "old");
}

TEST_CASE("a file that several replace at once is never seen in part") {
    const TempFolder folder;
    const std::string path = folder.write("f", "0");
    std::atomic<int> refused = 0, torn = 0;
    {
        std::vector<std::jthread> writers;
        for (int writer = 1; writer <= 4; ++writer)
            writers.emplace_back([&, writer] {
                const std::string content(static_cast<std::size_t>(writer * 1000), 'x');
                for (int turn = 0; turn < 50; ++turn) {
                    if (!replace_file(path, content)) ++refused;
                    const auto seen = read_file(path);
                    if (!seen || seen->empty() || seen->size() % 1000 != 0) ++torn;
                }
            });
    }
    CHECK(refused == 0);
    CHECK(torn == 0);
    CHECK(*list_folder(folder.path()) == std::vector<std::string>{"f"});
}

TEST_CASE("whole files are read up to a limit and tails from their end") {
    const TempFolder folder;
    const std::string path = folder.write("f", "0123456789");
    CHECK(*read_file(path) == "0123456789");
    CHECK(read_file(path, 9).error().message == path + " is longer than 9 bytes");
    CHECK(*read_file_tail(path, 4) == "6789");
    CHECK(*read_file_tail(path, 40) == "0123456789");
    CHECK_FALSE(read_file(folder.path() + "/none").ok());
}

TEST_CASE("digests of a file are those of its bytes") {
    const TempFolder folder;
    const auto digests = digest_file(folder.write("f", "abc"));
    REQUIRE(digests.ok());
    CHECK(digests->md5 == "900150983cd24fb0d6963f7d28e17f72");
    CHECK(digests->sha1 == "a9993e364706816aba3e25717850c26c9cd0d89d");
    CHECK(digests->sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(digests->size == 3);
    CHECK(digest(DigestKind::sha1, "abc") == digests->sha1);
}

TEST_CASE("digests of a large file are those of its bytes") {
    const TempFolder folder;
    std::string bytes;
    for (int i = 0; bytes.size() < (5U << 20); ++i) bytes += std::to_string(i);
    const auto digests = digest_file(folder.write("f", bytes));
    REQUIRE(digests.ok());
    CHECK(digests->md5 == digest(DigestKind::md5, bytes));
    CHECK(digests->sha1 == digest(DigestKind::sha1, bytes));
    CHECK(digests->sha256 == digest(DigestKind::sha256, bytes));
    CHECK(digests->size == bytes.size());
}

TEST_CASE("what is no regular file has no digest") {
    const TempFolder folder;
    folder.write("f", "abc");
    std::filesystem::create_symlink(folder.path() + "/f", folder.path() + "/link");
    CHECK_FALSE(digest_file(folder.path() + "/link").ok());
    CHECK_FALSE(digest_file(folder.path()).ok());
    CHECK_FALSE(digest_file(folder.path() + "/none").ok());
}

TEST_CASE("a lock has one holder and names it") {
    const TempFolder folder;
    const std::string path = folder.path() + "/lock";
    auto first = LockFile::try_acquire(path, "cycle");
    REQUIRE((first.ok() && first->has_value()));
    auto second = LockFile::try_acquire(path, "scan");
    REQUIRE(second.ok());
    CHECK_FALSE(second->has_value());
    const LockHolder holder = LockFile::read_holder(path);
    CHECK(holder.host == host_name());
    CHECK(holder.pid == std::to_string(::getpid()));
    CHECK(holder.command == "cycle");
    CHECK(holder.start.has_value());
    first->reset();
    CHECK(LockFile::try_acquire(path, "scan")->has_value());
    CHECK_FALSE(LockFile::try_acquire(folder.path() + "/no/lock", "scan").ok());
}

TEST_CASE("a lock file of something else has an unknown holder") {
    const TempFolder folder;
    CHECK(LockFile::read_holder(folder.write("lock", "rubbish")).text() == "another process");
}

TEST_CASE("the log is one padded line with passwords masked") {
    std::vector<std::string> lines;
    Log log(Level::INFO);
    log.add_sink([&](Level, std::string_view line) { lines.emplace_back(line); });
    log.debug("not {}", "shown");
    log.info("two\nlines {}", 2);
    log.critical("http://a:secret@h/");
    CHECK(lines == std::vector<std::string>{"INFO    two lines 2", "CRITICAL http://a:***@h/"});
}

TEST_CASE("a log file is appended to with or without times") {
    const TempFolder folder;
    const std::string path = folder.path() + "/log";
    for (const bool times : {false, true}) {
        Log log(Level::INFO);
        log.add_sink(file_sink(std::move(*open_file(path, O_WRONLY | O_CREAT | O_APPEND)), times));
        log.info("x");
    }
    const std::string content = test::read(path);
    CHECK(content.starts_with("INFO    x\n2"));
    CHECK(content.ends_with("Z INFO    x\n"));
}

TEST_CASE("two that remove one folder at the same time both find it gone") {
    const TempFolder folder;
    for (int round = 0; round < 50; ++round) {
        for (int i = 0; i < 20; ++i) folder.write("tree/" + std::to_string(i) + "/file", "x");
        const std::string tree = folder.path() + "/tree";
        bool other = false;
        std::thread second([&] { other = remove_tree(tree).ok(); });
        const bool first = remove_tree(tree).ok();
        second.join();
        CHECK((first && other && !exists(tree)));
    }
}

TEST_CASE("who has opened what a killed writer left reads nothing of a file with a mode") {
    const TempFolder folder;
    const std::string path = folder.path() + "/secret", temporary = path + ".new";
    folder.write("secret.new", "old");
    REQUIRE(::chmod(temporary.c_str(), 0644) == 0);
    const auto reader = open_file(temporary, O_RDONLY);
    REQUIRE(reader.ok());
    REQUIRE(replace_file(path, "new", 0600).ok());
    CHECK(test::read(path) == "new");
    char byte = 0;
    REQUIRE(::read(reader->get(), &byte, 1) == 1);
    CHECK(byte == 'o');
    CHECK_FALSE(exists(temporary));
}

TEST_CASE("what several processes add to a file is all in it") {
    const TempFolder folder;
    const std::string path = folder.path() + "/count";
    const auto one_more = [](const std::string& old) {
        return std::to_string(old.empty() ? 1 : std::stoi(old) + 1);
    };
    {
        std::vector<std::jthread> writers;
        for (int writer = 0; writer < 4; ++writer)
            writers.emplace_back([&] {
                for (int turn = 0; turn < 50; ++turn) (void)update_file(path, one_more);
            });
    }
    CHECK(test::read(path) == "200");
}
