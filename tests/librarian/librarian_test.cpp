#include "librarian/librarian.hpp"

#include <atomic>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>
#include <zlib.h>

#include "base/files.hpp"
#include "librarian/gunzip.hpp"
#include "librarian/gzip.hpp"
#include "librarian/url_key.hpp"
#include "support/temp_folder.hpp"
#include "test.hpp"

using namespace buildd;
using test::TempFolder;

namespace {

struct Store {
    TempFolder folder;
    Librarian librarian{folder.path(), {"http://l/files", "http://l/secret"}};

    std::string at(const std::string& name) const { return folder.path() + "/" + name; }

    StoredFile written(std::int64_t id, const std::string& name, bool restricted = false) {
        auto file = librarian.begin({id}, restricted);
        REQUIRE(file.ok());
        REQUIRE(file->write("content").ok());
        REQUIRE(file->finish(name, "text/plain").ok());
        return std::move(*file);
    }
};

std::optional<std::string> nothing(LibraryFileId) {
    return std::nullopt;
}

}  // namespace

TEST_CASE("a kept file lies under its id with its digests") {
    Store store;
    auto file = store.librarian.begin({7}, false);
    REQUIRE(file.ok());
    CHECK(file->write("ab").ok());
    CHECK(file->write("c").ok());
    const auto stored = file->finish("a b+~.txt", "text/plain");
    REQUIRE(stored.ok());
    CHECK(stored->digests.sha1 == "a9993e364706816aba3e25717850c26c9cd0d89d");
    CHECK(stored->digests.size == 3);
    CHECK(store.librarian.has_pending());
    file->keep();
    CHECK_FALSE(store.librarian.has_pending());
    CHECK(test::read(store.at("7/a b+~.txt")) == "abc");
    CHECK(store.librarian.url(*stored) == "http://l/files/7/a%20b%2B~.txt");
}

TEST_CASE("L18 a restricted file lies apart and has the restricted address") {
    Store store;
    auto file = store.written(8, "log.gz", true);
    file.keep();
    CHECK(exists(store.at("restricted/8/log.gz")));
    LibraryFile row{{8}, "log.gz", "text/plain", true, {}};
    CHECK(store.librarian.url(row) == "http://l/secret/8/log.gz");
    CHECK(Librarian(store.folder.path(), {}).url(row) == "");
}

TEST_CASE("L13 what is stored but never committed goes with the next sweep") {
    Store store;
    {
        const auto finished = store.written(7, "a");
        auto begun = store.librarian.begin({9}, false);
        REQUIRE(begun->write("half").ok());
        CHECK(store.librarian.sweep(nothing).ok());  // both are still being worked on
        CHECK(exists(store.at("7/a")));
        CHECK(exists(store.at("pending/9")));
    }
    CHECK(store.librarian.sweep(nothing).ok());
    CHECK_FALSE(exists(store.at("7")));
    CHECK_FALSE(store.librarian.has_pending());
}

TEST_CASE("what was committed by a process that died stays") {
    Store store;
    { const auto finished = store.written(7, "a"); }
    CHECK(
        store.librarian.sweep([](LibraryFileId) { return std::optional<std::string>("a"); }).ok());
    CHECK(test::read(store.at("7/a")) == "content");
    CHECK_FALSE(store.librarian.has_pending());
}

TEST_CASE("a renamed file has both names until the commit and then the new one") {
    Store store;
    auto file = store.written(7, "a_FULLYBUILT");
    file.keep();
    LibraryFile row{{7}, "a_FULLYBUILT", "text/plain", false, {}};
    auto renamed = store.librarian.begin_rename(row, "a_FAILED");
    REQUIRE(renamed.ok());
    CHECK(exists(store.at("7/a_FULLYBUILT")));
    CHECK(exists(store.at("7/a_FAILED")));
    renamed->keep();
    CHECK_FALSE(exists(store.at("7/a_FULLYBUILT")));
    CHECK(test::read(store.at("7/a_FAILED")) == "content");
}

TEST_CASE("a rename that died is resolved by what the row says") {
    for (const std::string name : {"old", "new"}) {
        Store store;
        auto file = store.written(7, "old");
        file.keep();
        { auto renamed = store.librarian.begin_rename({{7}, "old", "", false, {}}, "new"); }
        CHECK(store.librarian.sweep([&](LibraryFileId) { return std::optional(name); }).ok());
        CHECK(*list_folder(store.at("7")) == std::vector<std::string>{name});
    }
}

TEST_CASE("a rename that died may be begun again before a sweep has come") {
    Store store;
    auto file = store.written(7, "old");
    file.keep();
    { auto renamed = store.librarian.begin_rename({{7}, "old", "", false, {}}, "new"); }
    auto again = store.librarian.begin_rename({{7}, "old", "", false, {}}, "new");
    REQUIRE(again.ok());
    again->keep();
    CHECK(*list_folder(store.at("7")) == std::vector<std::string>{"new"});
    CHECK_FALSE(store.librarian.has_pending());
}

TEST_CASE("an existing file is adopted by link or copied") {
    Store store;
    const TempFolder elsewhere;
    const std::string path = elsewhere.write("a.deb", "abc");
    auto into = store.librarian.begin({7}, false);
    const auto seen = *SeenFile::read(path);
    const auto adopted = store.librarian.adopt(*into, seen, "a.deb", "x/y");
    REQUIRE(adopted.ok());
    into->keep();
    CHECK(std::filesystem::hard_link_count(path) == 2);
    CHECK(adopted->digests.sha1 == "a9993e364706816aba3e25717850c26c9cd0d89d");
    auto second = store.librarian.begin({8}, false);
    const auto copied = store.librarian.copy(*second, path, "a.deb", "x/y");
    REQUIRE(copied.ok());
    second->keep();
    CHECK(copied->digests == adopted->digests);
    CHECK(std::filesystem::hard_link_count(path) == 2);
    CHECK(test::read(store.at("8/a.deb")) == "abc");
    auto third = store.librarian.begin({9}, false);
    std::filesystem::remove(path);
    CHECK_FALSE(store.librarian.adopt(*third, seen, "n", "x").ok());
}

TEST_CASE("two processes cannot store under one id") {
    Store store;
    const auto first = store.librarian.begin({7}, false);
    CHECK_FALSE(store.librarian.begin({7}, false).ok());
}

TEST_CASE("sweeps beside processes that store and rename files harm and hinder nobody") {
    Store store;
    std::atomic<int> storing = 3;
    std::atomic<bool> swept = true;
    std::mutex mutex;
    std::map<std::int64_t, std::string> rows;  // as committed
    const auto commit = [&](std::int64_t id, const std::string& name) {
        const std::lock_guard lock(mutex);
        rows[id] = name;
    };
    const auto lookup = [&](LibraryFileId id) {
        const std::lock_guard lock(mutex);
        const auto row = rows.find(id.value);
        return row == rows.end() ? std::optional<std::string>() : row->second;
    };
    std::atomic<bool> stored = true;  // Catch2 takes assertions of one thread alone
    const auto store_and_rename = [&](std::int64_t id) {
        auto file = store.librarian.begin({id}, false);
        if (!file || !file->write("content") || !file->finish("old", "text/plain")) return false;
        commit(id, "old");
        file->keep();
        auto renamed = store.librarian.begin_rename({{id}, "old", "", false, {}}, "new");
        if (!renamed) return false;
        commit(id, "new");
        renamed->keep();
        return true;
    };
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 3; ++thread)
            threads.emplace_back([&, thread] {
                for (std::int64_t id = 1 + thread; id <= 150; id += 3)
                    stored = store_and_rename(id) && stored;
                --storing;
            });
        threads.emplace_back([&] {
            while (storing > 0) swept = swept && store.librarian.sweep(lookup).ok();
        });
    }
    int there = 0;
    for (std::int64_t id = 1; id <= 150; ++id)
        there += *list_folder(store.at(std::to_string(id))) == std::vector<std::string>{"new"};
    CHECK(there == 150);
    CHECK(stored);
    CHECK(swept);
    CHECK_FALSE(store.librarian.has_pending());
}

TEST_CASE("a log compresses in pieces and reads back byte for byte") {
    const TempFolder folder;
    std::string packed, bytes;
    for (int i = 0; i < 200'000; ++i) bytes += static_cast<char>(i * 7 + i / 251);
    GzipStream gzip([&](std::string_view piece) -> Result<void> {
        packed.append(piece);
        return {};
    });
    for (std::size_t at = 0; at < bytes.size(); at += 4099)
        REQUIRE(gzip.write(std::string_view(bytes).substr(at, 4099)).ok());
    REQUIRE(gzip.finish().ok());
    std::string out;
    const auto keep = [&](std::string_view piece) -> Result<void> {
        out += piece;
        return {};
    };
    CHECK(read_gunzipped(folder.write("log.gz", packed), keep).ok());
    CHECK(out == bytes);
    folder.write("bad.gz", packed.substr(0, packed.size() / 2) + std::string(2000, 'x'));
    CHECK_FALSE(read_gunzipped(folder.path() + "/bad.gz", keep).ok());
    CHECK_FALSE(read_gunzipped(folder.path() + "/none", keep).ok());
}

TEST_CASE("members of a gzip file that were written one after the other read as one") {
    test::TempFolder folder;
    std::string packed, out;
    const auto pack = [&](std::string_view piece) -> Result<void> {
        packed.append(piece);
        return {};
    };
    GzipStream gzip(pack);
    for (const char* text : {"first ", "second ", ""}) {
        REQUIRE(gzip.write(text).ok());
        REQUIRE(gzip.finish().ok());
    }
    GzipStream later(pack);
    REQUIRE(later.write("third").ok());
    REQUIRE(later.finish().ok());
    const auto keep = [&](std::string_view piece) -> Result<void> {
        out += piece;
        return {};
    };
    CHECK(read_gunzipped(folder.write("log.gz", packed), keep).ok());
    CHECK(out == "first second third");
    for (const std::size_t lost : {1U, 10U, 30U})
        CHECK_FALSE(
            read_gunzipped(folder.write("cut.gz", packed.substr(0, packed.size() - lost)), keep)
                .ok());
}

TEST_CASE("a sink that fails ends the compression with its reason") {
    GzipStream gzip([](std::string_view) -> Result<void> { return Error{"disk full"}; });
    Result<void> written;
    for (int i = 0; i < 100 && written; ++i) {
        std::string piece;
        for (int j = 0; j < 10'000; ++j) piece += static_cast<char>((i * 31 + j * j) % 251);
        written = gzip.write(piece);
    }
    CHECK_FALSE(written.ok());
}

TEST_CASE("a token is that of nginx's secure_link over the time and the decoded path") {
    // printf '%s' '2000000000/restricted/7/a+b c.dsc 00ff' | openssl md5 -binary | openssl base64
    CHECK(with_token("http://l/restricted/7/a%2Bb%20c.dsc", 2'000'000'000, "00ff") ==
          "http://l/restricted/7/a%2Bb%20c.dsc?md5=IdIiA-YwBpz8Xlj6RRAmEA&expires=2000000000");
    Store store;
    const LibraryFile open{{7}, "a", "", false, {}}, restricted{{7}, "a", "", true, {}};
    CHECK(*store.librarian.url_for(open, std::chrono::seconds(60)) == "http://l/files/7/a");
    CHECK_FALSE(store.librarian.url_for(restricted, std::chrono::seconds(60)).ok());
}

TEST_CASE("a key is made once by however many processes and is 256 bits") {
    const TempFolder folder;
    const std::string path = folder.path() + "/url-key.conf";
    std::vector<std::string> keys(4);
    {
        std::vector<std::jthread> threads;
        for (auto& key : keys)
            threads.emplace_back([&] {
                if (make_url_key(path)) key = *read_url_key(path);
            });
    }
    for (const auto& key : keys) CHECK(key == keys.front());
    CHECK(keys.front().size() == 64);
    CHECK_FALSE(read_url_key(folder.write("empty", "")).ok());
}
