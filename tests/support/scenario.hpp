// A scenario of the seed: its example farm, builders of one generation, a librarian and a mail
// server on loopback, and the program as cron would call it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "support/farm.hpp"

// The generations of builders that every scenario runs against: the seed's own mock slaves and
// those of before and after 2013. Its value is the name of one.
#define EACH_GENERATION GENERATE("seed", "classic", "current")

namespace buildd::test {

class Scenario {
 public:
    // `names`: the builders that there are; each answers as one of `generation` does.
    // `server`: of the database, as TestFarm's.
    explicit Scenario(std::string generation, std::vector<std::string> names = {"bob"},
                      const std::string& server = "");

    const std::string generation;
    TestFarm farm;
    std::string preload;  // a library for the program, LD_PRELOAD

 private:
    TempFolder mails_, files_;

 public:
    fleet::Fleet fleet;

    // One pass or command with everything logged. Answers the exit status.
    int run(std::vector<std::string> words);
    const std::string& out() const { return last_.out; }
    const std::string& log() const { return last_.err; }
    // The log holds exactly this line, e.g. "WARNING ***** bob has failed *****".
    bool said(const std::string& line) const;
    // All that cron would mail: the whole lines at WARNING and above.
    std::vector<std::string> loud() const;
    int lines_with(const std::string& part) const;
    std::string line_with(const std::string& part) const;  // the first; none: empty

    // A shell script as the uploader: $1 is --log-file, $2 that file.
    void uploader(const std::string& script);
    // Waits until it is true, for at most 30 seconds.
    static void await(const std::function<bool()>& true_at_last);

    // The seed's setupBuildQueue: the build's job is in bob's hands since 2005. Answers the cookie.
    std::string set_up_job(int build = 8, const std::string& builder = "bob");
    // bob answers WAITING with the seed's log.
    void wait_with(const std::string& build_status, const std::string& more = "");
    // … and is collected from.
    int collect_waiting(const std::string& build_status, const std::string& more = "");
    // How this generation says that a job was aborted.
    std::string aborted(const std::string& cookie) const;

    std::string build(const std::string& expression, int id = 8);
    std::string job(const std::string& expression, int build = 8);
    std::string title_of_state(int build = 8);  // "Failed to build"
    bool has_info(int build = 8);               // builder, datebuilt, buildduration, buildlog
    std::string log_name(int build = 8);
    std::string log_url(int build = 8);

    // Mails as the mail server got them, in the order of their recipients backwards.
    std::vector<std::string> recipients() const;
    std::string mail() const;   // the last one, its quoted-printable body decoded as far as needed
    std::string mails() const;  // all of them, decoded alike

    // dispatch gives the farm's one idle builder this build and no other.
    int start(int build = 8, const std::string& builder = "bob");
    int ensured(const std::string& builder = "bob") const;  // files it was made to have
    // What the builder's last build() was told, as the seed prints it.
    std::vector<std::string> archives(const std::string& builder = "bob") const;
    std::string argument(const std::string& name, const std::string& builder = "bob") const;

 private:
    std::vector<std::string> statements(const std::vector<std::string>& names) const;
    std::vector<std::string> mail_texts() const;

    ProgramRun last_;
    std::string cookie_;
};

}  // namespace buildd::test
