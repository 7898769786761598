#include "farm/late_file.hpp"

#include "base/text.hpp"
#include "db/library.hpp"

namespace buildd::farm {

namespace {

constexpr std::chrono::seconds patience{5};  // with a file's server

// By its URL, which an earlier pass may have noted.
std::optional<LibraryFile> file_at(const Farm& farm, const std::string& url) {
    const auto name = url.rfind('/');
    if (name == url.npos || name == 0) return std::nullopt;
    const auto id = url.rfind('/', name - 1) + 1;
    const auto number = parse_int(url.substr(id, name - id));
    if (!number) return std::nullopt;
    auto file = db::read_library_file(farm.database, LibraryFileId{*number});
    if (file && farm.librarian.url(*file) != url) file.reset();
    return file;
}

}  // namespace

net::Task<Asked> ask_its_server(const Farm& farm, FileInquiry& inquiry, std::string url,
                                std::string opening) {
    auto asked = co_await inquiry.ask(url, std::move(opening), patience);
    if (asked == Asked::gone) farm.our_fault(fmt::format("{} is not there for builders", url));
    if (asked == Asked::no_answer)
        farm.our_fault(fmt::format("{} gives no answer: builders cannot fetch their files",
                                   net::host_and_port(url)));
    co_return asked;
}

net::Task<> ask_for_late_file(const Farm& farm, FileInquiry& inquiry, FileWait& file) {
    file.heard = Asked::no;
    const auto late = file_at(farm, file.url);
    if (!late) co_return;
    const auto url = farm.librarian.url_for(*late, longer_than_a_start);
    if (!url) co_return;
    file.lacked = late->id;
    auto asked = co_await ask_its_server(farm, inquiry, file.url, *url);
    if (asked != Asked::there) file.heard = asked;
}

}  // namespace buildd::farm
