// What may take long and is therefore no pass: uploads, resets and mails, done in a few slots that
// all processes of this host share, without any lock of a pass.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "farm/farm.hpp"
#include "farm/slots.hpp"

namespace buildd::farm {

struct HeldItem {
    std::string name;
    LockFile lock;  // `<root>/locks/<name>`: nobody else works on it
};

// What is held while items are worked on, one or more of a kind. A child is given all of it, so
// that it stays taken when we end (supervise::ChildOrder::held_fds).
struct WorkHold {
    std::vector<HeldItem> items;
    LockFile slot;
    std::vector<std::string> not_begun;  // set by whoever works on them: due at once

    std::vector<int> fds() const;
};

// One kind of work. An item's name is that of its lock file and of its folder below `children/`.
class WorkKind {
 public:
    WorkKind() = default;
    virtual ~WorkKind() = default;
    WorkKind(const WorkKind&) = delete;
    WorkKind& operator=(const WorkKind&) = delete;

    virtual std::string slot() const = 0;  // "upload": names the slots
    virtual std::int64_t slots() const = 0;
    // Of so many items that are due, how many one slot takes at once.
    virtual std::size_t at_once(std::size_t) const { return 1; }
    // The items that are due now, most urgent first. Asked again and again.
    virtual std::vector<std::string> waiting() = 0;
    // What a dry run says of it: "upload …".
    virtual std::string describe(const std::string& item) const = 0;
    // Must this process see the item's end? A pass must for what it has made itself.
    virtual bool is_awaited(const std::string& item) const = 0;
    // Somebody else works on it: said once.
    virtual void say_held(const std::string& item) const = 0;
    // The items' locks were free, and are removed afterwards. Another process may have ended an
    // item meanwhile: look first. What it throws ends the whole run.
    virtual net::Task<> work_on(WorkHold& hold) = 0;
};

class Work {
 public:
    explicit Work(Farm& farm) : farm_(farm) {}

    void add(std::unique_ptr<WorkKind> kind) { kinds_.push_back(std::move(kind)); }

    // Does what waits, looking again whenever a slot is free. With a window, nothing is begun after
    // it, and once it is over only what is awaited keeps us: supervisors go on with the rest.
    // Without one it goes on as long as there is work. Throws what Loop::run() throws.
    void run(std::optional<std::chrono::seconds> window);

 private:
    using Clock = std::chrono::steady_clock;
    using Item = std::pair<WorkKind*, std::string>;

    void say_what_waits();
    net::Task<> drive();
    bool begin_what_waits();
    bool begin_kind(WorkKind& kind);
    std::vector<std::string> due(WorkKind& kind) const;
    bool no_disk(const Error& error);
    bool hold(WorkKind& kind, const std::string& name, WorkHold& held);
    net::Task<> work_on(WorkKind& kind, WorkHold hold);
    bool may_begin() const { return !end_ || Clock::now() < *end_; }
    bool is_resting(const Item& item) const;
    bool is_awaited(const Item& item) const;
    bool awaits_running() const;

    Farm& farm_;
    std::vector<std::unique_ptr<WorkKind>> kinds_;
    std::optional<Clock::time_point> end_;     // of the window
    std::map<Item, Clock::time_point> begun_;  // by this process, at last
    std::map<Item, bool> running_;
    std::map<Item, bool> held_;  // by others; said so
    net::Event* change_ = nullptr;
};

}  // namespace buildd::farm
