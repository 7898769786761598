// Asks the librarian's web server for files that builders could not fetch, as they were told to:
// each URL once in a pass, and no host again that gave no answer.
#pragma once

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "farm/farm.hpp"
#include "model/cause.hpp"

namespace buildd::farm {

class FileInquiry {
 public:
    explicit FileInquiry(Farm& farm) : farm_(farm) {}

    // `url`: as people are told it; `opening`: as the builder was. Throws worker::Cut.
    net::Task<Asked> ask(std::string url, std::string opening, std::chrono::seconds patience);

 private:
    struct Answer {
        bool known = false;
        Asked asked = Asked::no;
        std::vector<net::Event*> waiting;
    };

    net::Task<> inquire(Answer& answer, const std::string& url, const std::string& opening,
                        std::chrono::seconds patience);

    Farm& farm_;
    std::map<std::string, Answer> answers_;  // by URL
    std::set<std::string> silent_;           // hosts
};

}  // namespace buildd::farm
