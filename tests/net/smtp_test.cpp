// A mail server that falls silent holds nobody: neither its mail longer than the deadline, nor what
// else is on the loop, nor who wants to end.
#include "net/smtp.hpp"

#include <chrono>
#include <stdexcept>
#include <thread>

#include "fleet_process.hpp"
#include "support/temp_folder.hpp"
#include "test.hpp"

using namespace buildd;
using namespace buildd::net;
using fleet::Fleet;

namespace {

class Server {
 public:
    explicit Server(const std::string& way) { fleet.say("smtp " + way); }

    // Notes what became of it, and that something did.
    Task<> send(Loop& loop, int seconds) {
        SmtpEnvelope envelope{fleet.smtp_url(), "a@example.org", "b@example.org",
                              std::chrono::seconds(seconds), tls};
        auto sent = co_await send_mail(loop, std::move(envelope), "Subject: x\r\n\r\nbody\r\n");
        order += "mail ";
        problem = sent ? "" : sent.error().message;
    }

    Task<> throw_once_silent(Loop& loop) {
        while (fleet.silent_mails() == 0) co_await loop.sleep(Milliseconds(10));
        throw std::runtime_error("over");
    }

    Task<> tick(Loop& loop) {
        for (int i = 0; i < 30; ++i) co_await loop.sleep(Milliseconds(10));
        order += "others ";
    }

    bool is_left_alone() const {
        for (int tries = 0; tries < 3000 && fleet.silent_mails() != 0; ++tries)
            std::this_thread::sleep_for(Milliseconds(10));
        return fleet.silent_mails() == 0;
    }

    std::string order, problem;
    bool tls = false;
    test::TempFolder folder;
    Fleet fleet{{}, {"--smtp-dir", folder.path()}};
};

#define EACH_SILENCE \
    GENERATE(as<std::string>(), "hang", "hang-greeted", "hang-data", "hang-dot", "drip")

}  // namespace

TEST_CASE("a mail server that falls silent costs its mail the deadline and nobody else anything") {
    const std::string way = EACH_SILENCE;
    INFO(way);
    Server server(way);
    Loop loop;
    loop.spawn(server.send(loop, 1));
    loop.spawn(server.tick(loop));
    loop.run();
    CHECK(server.order == "others mail ");
    CHECK(server.problem.ends_with("did not answer within 1 s"));
    CHECK(server.is_left_alone());
}

TEST_CASE("a mail is left at once when the loop ends whatever its server does") {
    const std::string way = EACH_SILENCE;
    INFO(way);
    Server server(way);
    {
        Loop loop;
        loop.spawn(server.send(loop, 3600));
        loop.spawn(server.throw_once_silent(loop));
        CHECK_THROWS_WITH(loop.run(), "over");
    }
    CHECK(server.order.empty());
    CHECK(server.is_left_alone());
}

TEST_CASE("a mail is sent whether or not QUIT is answered") {
    Server server("hang-quit");
    Loop loop;
    loop.spawn(server.send(loop, 3600));
    loop.run();
    CHECK(server.problem.empty());
    CHECK(server.fleet.mails() == 1);
    CHECK(server.is_left_alone());
}

TEST_CASE("a mail that needs TLS is not told to a server that offers none") {
    Server server("ok");
    server.tls = true;
    Loop loop;
    loop.spawn(server.send(loop, 30));
    loop.run();
    CHECK(server.problem.ends_with(" offers no STARTTLS"));
    CHECK(server.fleet.mails() == 0);
}
