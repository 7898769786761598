#include "farm/work.hpp"

#include <algorithm>
#include <unistd.h>

#include "supervise/item_lock.hpp"
#include "upload/take_in.hpp"

namespace buildd::farm {

namespace {

using std::chrono::milliseconds;

// For slots that other processes free, and for items that come meanwhile.
constexpr milliseconds look_again{1000};
// An item that is still due after it was worked on could not note why: no sooner than this again.
constexpr std::chrono::seconds rest{60};

// Thrown out of Loop::run(): the flows that are left are of items that others will settle.
struct WindowOver : std::exception {};

}  // namespace

std::vector<int> WorkHold::fds() const {
    std::vector<int> fds{slot.fd()};
    for (const auto& item : items) fds.push_back(item.lock.fd());
    return fds;
}

void Work::run(std::optional<std::chrono::seconds> window) {
    if (farm_.dry_run) return say_what_waits();
    if (window) end_ = Clock::now() + *window;
    farm_.loop.spawn(drive());
    try {
        farm_.loop.run();
    } catch (const WindowOver&) {
        for (const auto& [item, yes] : running_)
            farm_.log.info("{} goes on; a later run settles it", item.first->describe(item.second));
    }
    running_.clear();
}

void Work::say_what_waits() {
    for (const auto& kind : kinds_)
        for (const auto& item : kind->waiting()) farm_.report.would(kind->describe(item));
}

net::Task<> Work::drive() {
    for (;;) {
        const bool more = begin_what_waits();
        if (running_.empty() && !more) co_return;
        if (!may_begin() && !awaits_running()) throw WindowOver();
        net::Event change(farm_.loop);
        change_ = &change;
        const auto timer =
            farm_.loop.add_timer(farm_.loop.now() + look_again, [&change] { change.set(); });
        co_await change;
        change_ = nullptr;
        farm_.loop.cancel_timer(timer);
    }
}

// true: an item that is awaited has found no slot.
bool Work::begin_what_waits() {
    bool more = false;
    for (const auto& kind : kinds_)
        if (may_begin()) more = begin_kind(*kind) || more;
    return more;
}

std::vector<std::string> Work::due(WorkKind& kind) const {
    auto names = kind.waiting();
    std::erase_if(names, [&](const std::string& name) {
        const Item item{&kind, name};
        return running_.contains(item) || is_resting(item);
    });
    return names;
}

bool Work::begin_kind(WorkKind& kind) {
    const auto names = due(kind);
    const std::size_t many = kind.at_once(names.size());
    for (auto next = names.begin(); next != names.end();) {
        auto slot = take_slot(farm_.settings().root, kind.slot(), kind.slots());
        if (!slot) return no_disk(slot.error());
        if (!*slot)
            return std::any_of(next, names.end(), [&](const std::string& name) {
                return is_awaited(Item{&kind, name});
            });
        WorkHold held{{}, std::move(**slot), {}};
        bool well = true;
        for (; well && next != names.end() && held.items.size() < many; ++next)
            well = hold(kind, *next, held);
        if (!held.items.empty()) farm_.loop.spawn(work_on(kind, std::move(held)));
        if (!well) return false;
    }
    return false;
}

bool Work::no_disk(const Error& error) {
    farm_.our_fault(error.message);
    return false;
}

// Unless somebody else does. false: our disk has failed us.
bool Work::hold(WorkKind& kind, const std::string& name, WorkHold& held) {
    const Item item{&kind, name};
    const std::string& root = farm_.settings().root;
    auto lock = supervise::take_item_lock(leaf_lock_path(root, name), child_folder(root, name),
                                          kind.slot());
    if (!lock) return no_disk(lock.error());
    if (!*lock) {
        if (!std::exchange(held_[item], true)) kind.say_held(name);
        return true;
    }
    begun_[item] = Clock::now();
    running_[item] = true;
    held.items.push_back({name, std::move(**lock)});
    return true;
}

net::Task<> Work::work_on(WorkKind& kind, WorkHold hold) {
    co_await kind.work_on(hold);
    for (const auto& item : hold.items) {
        ::unlink(leaf_lock_path(farm_.settings().root, item.name).c_str());
        running_.erase(Item{&kind, item.name});
    }
    for (const auto& name : hold.not_begun) begun_.erase(Item{&kind, name});
    if (change_ != nullptr) change_->set();
}

bool Work::is_resting(const Item& item) const {
    const auto begun = begun_.find(item);
    return begun != begun_.end() && Clock::now() - begun->second < rest;
}

// Without a window everything is: it goes on as long as there is work.
bool Work::is_awaited(const Item& item) const {
    return !end_ || item.first->is_awaited(item.second);
}

bool Work::awaits_running() const {
    return std::any_of(running_.begin(), running_.end(),
                       [this](const auto& one) { return is_awaited(one.first); });
}

}  // namespace buildd::farm
