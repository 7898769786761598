// Builders that fell silent, and those that answer.
#include <algorithm>
#include <map>
#include <set>

#include "farm/breakers.hpp"
#include "policy/cause_words.hpp"

namespace buildd::farm {

namespace {

// The network that all builders stand in: the master's way to them.
constexpr const char* all_builders = "";

bool is_silent(const db::WindowEnd& end) {
    return end.outcome == Outcome::SILENT;
}

}  // namespace

std::string Breakers::network_name(const std::string& url) {
    const std::string host = net::host_and_port(url);
    return policy::network_of(std::string_view(host).substr(0, host.rfind(':')));
}

// Those that fell silent with one whose attempt ended so.
void Breakers::add_silent_without_job() {
    std::map<BuilderId, const db::WindowEnd*> ended;
    for (const auto& end : window_.ends)
        if (is_silent(end)) ended[end.builder] = &end;
    std::vector<std::pair<std::chrono::seconds, db::WindowEnd>> since;
    for (const auto& builder : window_.builders)
        if (builder.silent && ended.contains(builder.id))
            since.emplace_back(*builder.silent, *ended[builder.id]);
    for (const auto& builder : window_.builders) {
        if (builder.disabled || !builder.silent || ended.contains(builder.id)) continue;
        const auto with = std::find_if(since.begin(), since.end(), [&](const auto& one) {
            return std::chrono::abs(one.first - *builder.silent) <= policy::together;
        });
        if (with == since.end()) continue;
        db::WindowEnd& end = window_.ends.emplace_back();
        end.builder = builder.id;
        end.outcome = Outcome::SILENT;
        end.began = end.at = with->second.at;
    }
}

// Beside those that fell silent.
void Breakers::add_builders_that_answer() {
    if (std::none_of(window_.ends.begin(), window_.ends.end(), is_silent)) return;
    for (const auto& builder : window_.builders) {
        if (builder.silent || builder.disabled) continue;
        policy::CauseEnd& one = ends_.emplace_back();
        one.builder = builder.id.value;
        one.trusted = builder.trusted;
        one.began = one.at = window_.now;
        one.shared = {book_.number(CauseKind::network, network_name(builder.url))};
    }
    const auto all = book_.number(CauseKind::network, all_builders);
    for (auto& end : ends_)
        if (end.word == CauseWord::silent || end.build == 0) end.shared.push_back(all);
}

// Fewer than half of a network's builders are silent; of one or two, not all.
bool Breakers::answers_again(const db::BreakerRow& row) {
    std::int64_t silent = 0, all = 0;
    for (const auto& builder : window_.builders) {
        if (builder.disabled || (row.key != all_builders && network_name(builder.url) != row.key))
            continue;
        ++all;
        if (builder.silent) ++silent;
    }
    return all < 3 ? silent < all || all == 0 : 2 * silent < all;
}

}  // namespace buildd::farm
