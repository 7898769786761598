#include "net/http.hpp"

#include <arpa/inet.h>
#include <array>
#include <fmt/format.h>
#include <sys/socket.h>
#include <tuple>

#include "base/fd.hpp"
#include "fleet_process.hpp"
#include "net/content_range.hpp"
#include "net/smtp.hpp"
#include "support/temp_folder.hpp"
#include "test.hpp"

using namespace buildd;
using namespace buildd::net;
using fleet::Fleet;
using Kind = HttpError::Kind;

namespace {

const std::string status_call =
    "<?xml version='1.0'?><methodCall><methodName>status</methodName></methodCall>";

struct Client {
    Loop loop;
    Http http{loop, {}};

    Result<std::string, HttpError> post(const std::string& url, std::size_t limit = 4 << 20,
                                        int seconds = 2) {
        PostRequest request;
        request.url = url;
        request.body = status_call;
        request.deadline = std::chrono::seconds(seconds);
        request.max_answer = limit;
        return loop.run_one(http.post(std::move(request)));
    }
    Result<std::string, HttpError> get(const std::string& url, std::uint64_t limit = 1 << 20,
                                       std::uint64_t from = 0) {
        GetRequest request;
        request.url = url;
        request.max_bytes = limit;
        request.resume_from = from;
        request.deadline = std::chrono::seconds(2);
        std::string body;
        auto done = loop.run_one(http.get(request, [&](std::string_view p) -> Result<void> {
            body.append(p);
            return {};
        }));
        if (!done) return done.error();
        return body;
    }
};

// Listens, but its queue of connections is full: the kernel drops all further ones.
class FullPort {
 public:
    FullPort() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto* any = reinterpret_cast<sockaddr*>(&address);
        socklen_t size = sizeof address;
        REQUIRE(::bind(listener_.get(), any, size) == 0);
        REQUIRE(::listen(listener_.get(), 0) == 0);
        REQUIRE(::getsockname(listener_.get(), any, &size) == 0);
        port_ = ntohs(address.sin_port);
        for (auto& waiting : waiting_) {
            waiting = Fd(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
            (void)!::connect(waiting.get(), any, size);
        }
    }
    std::string url() const { return fmt::format("http://127.0.0.1:{}/rpc", port_); }

 private:
    Fd listener_;
    std::array<Fd, 4> waiting_;
    int port_ = 0;
};

GetRequest log_request(const Fleet& fleet, std::uint64_t max_bytes = 1 << 20) {
    GetRequest request;
    request.url = fleet.url("bob") + "filecache/buildlog";
    request.max_bytes = max_bytes;
    return request;
}

}  // namespace

TEST_CASE("each way a builder can fail to answer has its kind and a readable reason") {
    Fleet fleet({"builder bob"});
    Client client;
    const std::string url = fleet.url("bob") + "rpc";
    const auto fails = [&](const std::string& fault, std::size_t limit = 4 << 20) {
        fleet.say("bob heal\nbob fault status " + fault);
        auto answer = client.post(url, limit);
        INFO(fault);
        REQUIRE_FALSE(answer.ok());
        CHECK(answer.error().message.find("127.0.0.1:") != std::string::npos);
        return answer.error();
    };
    CHECK(fails("hang").kind == Kind::timeout);
    CHECK(fails("hang").message.find("did not answer within 2 s") != std::string::npos);
    CHECK(fails("drip").kind == Kind::timeout);
    CHECK(fails("close").kind == Kind::broken);
    CHECK(fails("close-header").kind == Kind::broken);
    CHECK(fails("close-body").message.find("cut its answer off") != std::string::npos);
    CHECK(fails("short").kind == Kind::broken);
    CHECK(fails("chunked-garbage").kind == Kind::broken);
    CHECK(fails("endless").kind == Kind::too_large);
    CHECK(fails("size=5000000").kind == Kind::too_large);
    CHECK(fails("http=502").kind == Kind::status);
    CHECK(fails("http=502").status == 502);
    CHECK(fails("redirect=http://127.0.0.1:1/").status == 302);
    fleet.say("bob heal");
    CHECK(client.post(url).ok());
    fleet.say("bob down");
    const auto down = client.post(url);
    CHECK(down.error().kind == Kind::unreachable);
    CHECK(down.error().message.find("Connection refused") != std::string::npos);
}

TEST_CASE("a kept-alive connection that falls silent is no failure to connect") {
    Fleet fleet({"builder bob", "bob fault status hang skip=1"});
    Client client;
    const std::string url = fleet.url("bob") + "rpc";
    CHECK(client.post(url).ok());
    const auto answer = client.post(url, 4 << 20, 1);
    CHECK(answer.error().kind == Kind::timeout);
    CHECK(answer.error().message.find("did not answer within 1 s") != std::string::npos);
}

// libcurl's handle is that of the calls before.
TEST_CASE("a host that takes no connection is unreachable though another has just answered") {
    Fleet fleet({"builder bob"});
    Client client;
    const FullPort port;
    CHECK(client.post(fleet.url("bob") + "rpc").ok());
    const auto answer = client.post(port.url(), 4 << 20, 1);
    CHECK(answer.error().kind == Kind::unreachable);
    CHECK(answer.error().message.ends_with(": timed out"));
    CHECK(client.post(fleet.url("bob") + "rpc").ok());
}

TEST_CASE("a server that does not speak HTTP is told from one that is unreachable") {
    Fleet fleet({"builder bob", "bob fault status raw=SSH-2.0-OpenSSH"});
    const auto answer = Client().post(fleet.url("bob") + "rpc");
    CHECK(answer.error().kind == Kind::broken);
    CHECK(answer.error().message.ends_with(" does not speak HTTP"));
}

TEST_CASE("when answers fill the room that they share the largest gives way") {
    AnswerRoom room(1000);
    AnswerRoom::Answer honest(room), hostile(room);
    CHECK(honest.append("small"));
    CHECK(hostile.append(std::string(990, 'x')));
    CHECK(honest.append(" but complete"));
    CHECK(hostile.gave_way());
    CHECK_FALSE(hostile.append("x"));
    CHECK(honest.take() == "small but complete");
}

TEST_CASE("other protocols unknown hosts and bad URLs are unreachable") {
    Client client;
    for (const char* url : {"ftp://127.0.0.1/rpc", "file:///etc/passwd", "http://[::bad/rpc",
                            "http://no-such-host.invalid/rpc", "gopher://x/"})
        CHECK(client.post(url).error().kind == Kind::unreachable);
}

TEST_CASE("a content encoding is never asked for and a bomb is not unpacked") {
    Fleet fleet({"builder bob", "bob fault status gzip"});
    Client client;
    const auto answer = client.post(fleet.url("bob") + "rpc", 4 << 20);
    if (answer) CHECK(answer->size() < (4 << 20));
}

TEST_CASE("a file is fetched whole resumed and bounded") {
    Fleet fleet({"builder bob", "bob state WAITING OK 1-1 log=/etc/hostname"});
    test::TempFolder folder;
    folder.write("r/file", "0123456789");
    fleet.say("bob state WAITING OK 1-1 files=" + folder.path() + "/r");
    Client client;
    const std::string url = fleet.url("bob") + "filecache/87acec17cd9dcd20a716cc2cf67417b71c8a7016";
    CHECK(*client.get(url) == "0123456789");
    CHECK(*client.get(url, 100, 4) == "456789");
    CHECK(client.get(url, 9).error().kind == Kind::too_large);
    CHECK(client.get(fleet.url("bob") + "filecache/none").error().status == 404);
}

TEST_CASE("a HEAD tells what a GET would meet") {
    test::TempFolder folder;
    folder.write("file", "0123456789");
    Fleet fleet({"builder bob"}, {"--web", "files=" + folder.path()});
    Client client;
    const auto head = [&](const std::string& url) {
        return client.loop.run_one(client.http.head(url, std::chrono::seconds(2)));
    };
    CHECK(*head(fleet.web_url() + "files/file") == 200);
    CHECK(*head(fleet.web_url() + "files/none") == 404);
    fleet.say("web down");
    CHECK(head(fleet.web_url() + "files/file").error().kind == Kind::unreachable);
    fleet.say("web up");
    CHECK(*head(fleet.web_url() + "files/file") == 200);
    client.http.cut();
    CHECK(head(fleet.web_url() + "files/file").error().kind == Kind::cut);
}

TEST_CASE("a Content-Range is believed only when its numbers fit each other") {
    const auto range = parse_content_range("bytes 4-9/10");
    REQUIRE(range);
    CHECK(range->first == 4);
    CHECK(range->last == 9);
    CHECK(range->total == 10);
    CHECK(parse_content_range("bytes 0-18446744073709551613/18446744073709551614"));
    for (const char* bad : {"",
                            "bytes",
                            "bytes ",
                            "bytes */10",
                            "bytes 4-9/*",
                            "bytes 4-9",
                            "bytes 4-/10",
                            "bytes -9/10",
                            "bytes=4-9/10",
                            "items 4-9/10",
                            "bytes  4-9/10",
                            "bytes 4-9/10 ",
                            "bytes 4 - 9/10",
                            "bytes +4-9/10",
                            "bytes 4-9/9",
                            "bytes 9-4/10",
                            "bytes 4-9/10,11-12/20",
                            "bytes 0x4-9/10",
                            "bytes 4-9/18446744073709551616",
                            "bytes 4--9/10"})
        CHECK_FALSE(parse_content_range(bad));
}

TEST_CASE("a file is gone on with only where it was asked for and as long as it was") {
    const std::string bytes(1000, 'x');
    Fleet fleet({"builder bob"});
    test::TempFolder folder;
    fleet.say("bob state WAITING OK 1-1 log=" + folder.write("log", bytes));
    Client client;
    struct Answer {
        Result<void, HttpError> done;
        std::string body;
        std::uint64_t total = 0;
    };
    const auto get = [&](std::uint64_t from, std::uint64_t expected, const std::string& fault) {
        fleet.say("bob heal" + (fault.empty() ? "" : "\nbob fault GET " + fault));
        Answer answer;
        GetRequest request = log_request(fleet);
        request.resume_from = from;
        request.expected_total = expected;
        request.total = &answer.total;
        answer.done = client.loop.run_one(
            client.http.get(request, [&](std::string_view piece) -> Result<void> {
                answer.body += piece;
                return {};
            }));
        return answer;
    };
    CHECK(get(0, 0, "").total == 1000);
    for (const std::uint64_t expected : {0U, 1000U}) {
        const auto rest = get(400, expected, "");
        CHECK(rest.done);
        CHECK(rest.body.size() == 600);
        CHECK(rest.total == 1000);
    }
    for (const auto& [from, expected, fault] : std::vector<std::tuple<int, int, std::string>>{
             {400, 999, ""},
             {400, 1000, "no-range"},
             {400, 1000, "'content-range=bytes 401-999/1000'"},
             {400, 1000, "'content-range=bytes 400-998/1000'"},
             {400, 1000, "'content-range=bytes 400-999/*'"},
             {400, 0, "'content-range=bytes 400-999/1001'"},
             {400, 0, "'content-range=bytes 400-599/600'"},  // and then comes more
             {400, 0, "content-range="},
             {1000, 1000, ""},  // 416
             {2000, 0, ""},
             {400, 1000, "body=other"}}) {
        INFO(from << " " << expected << " " << fault);
        const auto refused =
            get(static_cast<std::uint64_t>(from), static_cast<std::uint64_t>(expected), fault);
        REQUIRE_FALSE(refused.done);
        CHECK(refused.done.error().kind == Kind::not_resumed);
        CHECK(refused.body.empty());
    }
    CHECK(get(400, 1000, "http=502").done.error().kind == Kind::status);
    CHECK(get(400, 1000, "close-body").done.error().kind == Kind::broken);
    const auto less = get(400, 0, "'content-range=bytes 400-1000/1001'");
    CHECK(less.done.error().kind == Kind::broken);
    CHECK(get((1 << 20) + 1, 0, "").done.error().kind == Kind::too_large);
}

TEST_CASE("a GET that is told to give way ends and says so") {
    Fleet fleet(
        {"builder bob", "bob state WAITING OK 1-1 logsize=100000", "bob fault GET rate=1000"});
    Client client;
    GetRequest request = log_request(fleet);
    int asked = 0;
    request.gives_way = [&asked] { return ++asked > 2; };
    std::size_t got = 0;
    const auto done =
        client.loop.run_one(client.http.get(request, [&](std::string_view piece) -> Result<void> {
            got += piece.size();
            return {};
        }));
    CHECK(done.error().kind == Kind::yielded);
    CHECK(asked == 3);
    CHECK(got < 100000);
}

TEST_CASE("a sink that refuses ends the transfer with its own reason") {
    Fleet fleet({"builder bob", "bob state WAITING OK 1-1 logsize=100000"});
    Client client;
    GetRequest request = log_request(fleet);
    const auto done = client.loop.run_one(client.http.get(
        request, [](std::string_view) -> Result<void> { return Error{"disk full"}; }));
    CHECK(done.error().kind == Kind::refused);
    CHECK(done.error().message == "disk full");
}

TEST_CASE("a sink that throws ends its transfer and nothing else") {
    Fleet fleet({"builder bob", "bob state WAITING OK 1-1 logsize=100000"});
    Client client;
    GetRequest request = log_request(fleet);
    const auto done = client.loop.run_one(
        client.http.get(request, [](std::string_view) -> Result<void> { throw std::bad_alloc(); }));
    CHECK(done.error().kind == Kind::refused);
    CHECK(client.get(request.url)->size() == 100000);
}

TEST_CASE("a GET whose brake is pulled goes on where it stopped when that is released") {
    constexpr std::size_t size = 3 << 20;
    Fleet fleet({"builder bob", "bob state WAITING OK 1-1 logsize=" + std::to_string(size)});
    Client client;
    Brake brake;
    GetRequest request = log_request(fleet, size);
    request.brake = &brake;
    std::size_t got = 0;
    int stops = 0;
    const auto sink = [&](std::string_view piece) -> Result<void> {
        CHECK_FALSE(brake.pulled());
        got += piece.size();
        brake.pull();
        client.loop.add_timer(client.loop.now() + Milliseconds(2), [&, before = got] {
            CHECK(got == before);
            ++stops;
            brake.release();
        });
        return {};
    };
    CHECK(client.loop.run_one(client.http.get(request, sink)));
    CHECK(got == size);
    CHECK(stops > 3);
    brake.release();  // of a transfer that is no more
}

TEST_CASE("a sink that refuses what was kept for it ends the transfer at once") {
    Fleet fleet({"builder bob", "bob state WAITING OK 1-1 logsize=3000000"});
    Client client;
    Brake brake;
    GetRequest request = log_request(fleet, 1 << 30);
    request.brake = &brake;
    int pieces = 0;
    const auto done = client.loop.run_one(client.http.get(request, [&](std::string_view) {
        if (++pieces > 1) return Result<void>(Error{"disk full"});
        brake.pull();
        client.loop.add_timer(client.loop.now() + Milliseconds(2), [&] { brake.release(); });
        return Result<void>();
    }));
    CHECK(done.error().kind == Kind::refused);
    CHECK(pieces == 2);
}

TEST_CASE("a GET that stands still has its deadline all the same") {
    Fleet fleet({"builder bob", "bob state WAITING OK 1-1 logsize=3000000"});
    Client client;
    Brake brake;
    GetRequest request = log_request(fleet, 1 << 30);
    request.deadline = std::chrono::seconds(1);
    request.brake = &brake;
    const auto done = client.loop.run_one(client.http.get(request, [&](std::string_view) {
        brake.pull();
        return Result<void>();
    }));
    CHECK(done.error().kind == Kind::timeout);
    brake.release();
}

TEST_CASE("a server with a password is given it") {
    test::TempFolder folder;
    folder.write("a b", "x");
    Fleet fleet({}, {"--web", "p=" + folder.path(), "--web-password", "p=joe:pw"});
    Client client;
    GetRequest request;
    request.url = fleet.web_url() + "p/a%20b";
    request.max_bytes = 100;
    std::string body;
    const auto sink = [&](std::string_view p) -> Result<void> {
        body.append(p);
        return {};
    };
    CHECK(client.loop.run_one(client.http.get(request, sink)).error().status == 401);
    request.user = "joe";
    request.password = "pw";
    CHECK(client.loop.run_one(client.http.get(request, sink)).ok());
    CHECK(body == "x");
}

TEST_CASE("stored URLs are joined with exactly one slash") {
    CHECK(join_url("http://h:1/", "rpc") == "http://h:1/rpc");
    CHECK(join_url("http://h:1", "/rpc") == "http://h:1/rpc");
    CHECK(join_url("http://h:1/a//", "rpc") == "http://h:1/a/rpc");
}

TEST_CASE("only http URLs with a host are builders'") {
    for (const char* good : {"http://bob:8221/", "https://bob", "http://[::1]:8221/x"})
        CHECK(check_builder_url(good).ok());
    for (const char* bad : {"", "bob", "ftp://bob/", "http://", "http://bob:99999/", "http://a b/",
                            "http://bob/?x", "http://bob/#y", "http://bob/\n"})
        CHECK_FALSE(check_builder_url(bad).ok());
}

TEST_CASE("a mail is handed over or the reason why not is known") {
    test::TempFolder folder;
    Fleet fleet({}, {"--smtp-port", "0", "--smtp-dir", folder.path()});
    const auto send = [&](const std::string& url) {
        Loop loop;  // a connection of its own
        return loop.run_one(
            send_mail(loop, {url, "a@example.org", "b@example.org", std::chrono::seconds(2)},
                      "Subject: x\r\n\r\nbody\r\n.\r\nend\r\n"));
    };
    std::string url = fleet.smtp_url();
    CHECK(send(url).ok());
    CHECK(fleet.mails() == 1);
    const std::string mail = test::read(folder.path() + "/0001.eml");
    CHECK(mail.find("X-Envelope-To: b@example.org") != std::string::npos);
    CHECK(mail.find("body\n.\nend") != std::string::npos);
    fleet.say("smtp reject-rcpt");
    CHECK(send(url).error().message.find("answered 5") != std::string::npos);
    fleet.say("smtp reject-data");
    CHECK_FALSE(send(url).ok());
    fleet.say("smtp hang");
    CHECK(send(url).error().kind == Kind::timeout);
    CHECK(send("smtp://127.0.0.1:1").error().kind == Kind::unreachable);
    CHECK(fleet.mails() == 1);
}
