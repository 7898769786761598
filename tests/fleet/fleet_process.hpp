// Runs the simulator of builders for a test.
#pragma once

#include <map>
#include <string>
#include <sys/types.h>
#include <vector>

namespace fleet {

struct CallLine {
    std::string builder;
    std::string method;
    std::string detail;  // build: the cookie; ensurepresent: the sum; GET: the path; else "-"
    std::string answer;  // "ok", "fault", "http-404", or the kind of the scripted fault
    int number = 0;      // counts up, over all builders
};

struct BuilderState {
    std::string word;          // "IDLE" …
    std::string build_status;  // "-" when it says none
    std::string cookie;        // "-" when it has none
    int builds_started = 0;
    int builds_wrecked = 0;
};

// A running fleet; it ends with the object (and ends the test run, if it has crashed). Everything
// throws std::runtime_error when the fleet cannot do it, with the reason it gives.
class Fleet {
 public:
    // `statements`: lines of the script language. `options`: further words of the command line.
    explicit Fleet(const std::vector<std::string>& statements,
                   const std::vector<std::string>& options = {});
    ~Fleet();
    Fleet(const Fleet&) = delete;
    Fleet& operator=(const Fleet&) = delete;

    const std::string& folder() const { return folder_; }  // goes with the object
    std::string url(const std::string& builder) const;     // ends in a slash, as the next three
    std::string control_url() const { return url_of("control"); }
    std::string web_url() const { return url_of("web"); }
    std::string smtp_url() const { return url_of("smtp"); }

    // One or more lines of the script language. Builders made here have a url() too.
    void say(const std::string& lines);
    std::string state(const std::string& builder) const { return full_state(builder).word; }
    BuilderState full_state(const std::string& builder) const;
    // Waits until the builder is in that state, for at most 30 seconds.
    BuilderState await_state(const std::string& builder, const std::string& word) const;
    // Of all builders when `builder` is ""; those numbered above `since`, of the last 200,000.
    std::vector<CallLine> calls(const std::string& builder = "", int since = 0) const;
    int count(const std::string& method) const;  // calls of all builders
    void clear_calls();
    int mails() const;
    int silent_mails() const;  // connections whose mail server has fallen silent
    std::string arguments(const std::string& builder) const;  // of its last build()

 private:
    void start(const std::vector<std::string>& options);
    void stop();
    void read_ready_file();
    std::string url_of(const std::string& what) const;
    std::string ask(const std::string& path) const;

    std::string folder_;
    pid_t pid_ = 0;
    std::map<std::string, std::string> urls_;  // "control", "web", "smtp", "builder NAME"
};

}  // namespace fleet
