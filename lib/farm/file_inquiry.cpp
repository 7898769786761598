#include "farm/file_inquiry.hpp"

#include "policy/fetch_blame.hpp"

namespace buildd::farm {

net::Task<Asked> FileInquiry::ask(std::string url, std::string opening,
                                  std::chrono::seconds patience) {
    auto [entry, first] = answers_.try_emplace(url);
    Answer& answer = entry->second;
    if (first) {
        co_await inquire(answer, url, opening, patience);
    } else if (!answer.known) {
        net::Event event(farm_.loop);
        answer.waiting.push_back(&event);
        co_await event;
    }
    if (farm_.http.is_cut()) throw worker::Cut();
    co_return answer.asked;
}

net::Task<> FileInquiry::inquire(Answer& answer, const std::string& url, const std::string& opening,
                                 std::chrono::seconds patience) {
    const std::string host = net::host_and_port(url);
    if (silent_.contains(host)) {
        answer.asked = Asked::no_answer;
    } else {
        const auto status = co_await farm_.http.head(opening, patience);
        if (status)
            answer.asked = policy::heard(*status);
        else if (status.error().kind != net::HttpError::Kind::cut)
            answer.asked = Asked::no_answer;
        farm_.log.debug("{} is asked for: {}", url,
                        status ? fmt::format("HTTP {}", *status) : status.error().message);
    }
    if (answer.asked == Asked::no_answer) silent_.insert(host);
    answer.known = true;
    for (net::Event* event : answer.waiting) event->set();
    answer.waiting.clear();
}

}  // namespace buildd::farm
