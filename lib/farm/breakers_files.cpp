// Open breakers whose files the master asks for: all at once, but no server again that is dead.
#include <set>

#include "db/held_jobs.hpp"
#include "db/library.hpp"
#include "farm/breakers.hpp"

namespace buildd::farm {

namespace {

constexpr std::chrono::seconds patience{2};

}  // namespace

std::vector<Breakers::Question> Breakers::questions() {
    std::vector<Question> questions;
    for (auto& row : open_) {
        if (!row.asked) continue;
        const auto file = db::read_library_file(farm_.database, *row.asked);
        if (!file) continue;
        const auto opening = farm_.librarian.url_for(*file, std::chrono::minutes(1));
        if (opening) questions.push_back({&row, farm_.librarian.url(*file), *opening});
    }
    return questions;
}

net::Task<> Breakers::ask(Question& question) {
    try {
        question.heard = co_await inquiry_.ask(question.url, question.opening, patience);
    } catch (const worker::Cut&) {  // the next pass asks
    }
}

// What the master can have again is worth one probe at once.
void Breakers::ask_for_files() {
    auto asked = questions();
    std::set<std::string> hosts;
    for (auto& one : asked)
        if (hosts.insert(net::host_and_port(one.url)).second) farm_.loop.spawn(ask(one));
    farm_.loop.run();  // now it is known which of them answer
    for (auto& one : asked) farm_.loop.spawn(ask(one));
    farm_.loop.run();
    for (const auto& one : asked) {
        if (one.heard != Asked::there) continue;
        db::probe_now(farm_.database, one.row->id);
        one.row->probe_due = true;
    }
}

}  // namespace buildd::farm
