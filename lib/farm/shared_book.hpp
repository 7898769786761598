// What attempts, builders and jobs share, as policy/common_cause numbers it: the keys by which the
// database knows it.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "db/cause_window.hpp"
#include "farm/farm.hpp"
#include "policy/common_cause.hpp"

namespace buildd::farm {

class SharedBook {
 public:
    explicit SharedBook(const Settings& settings);

    policy::Shared number(CauseKind kind, const std::string& key);
    const std::string& key(const policy::Shared& object) const { return keys_.at(object.key); }

    // `network`: its builder's.
    std::vector<policy::Shared> of_end(const db::WindowEnd& end, CauseWord word,
                                       const std::string& network);
    std::vector<policy::Shared> of_job(const PendingJob& job);

 private:
    void add_lines(std::vector<policy::Shared>& shared, const std::vector<std::string>& lines);
    void add_host(std::vector<policy::Shared>& shared, const std::string& name);
    void add_files(std::vector<policy::Shared>& shared, const db::WindowEnd& end);

    std::string open_host_, restricted_host_;  // of the librarian's files; may be empty
    std::map<std::pair<CauseKind, std::string>, std::uint64_t> numbers_;
    std::vector<std::string> keys_;
};

}  // namespace buildd::farm
