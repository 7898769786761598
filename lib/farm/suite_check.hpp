// Looks whether a suite and the indexes that lines ask of it can be had, as apt would. Private to
// farm's check.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "farm/suite_client.hpp"
#include "farm/suite_files.hpp"
#include "policy/line_check.hpp"

namespace buildd::farm {

class SuiteCheck : public SuiteClient {
 public:
    // `url`: of the suite. `key`: armored; empty: a signature is not verified.
    SuiteCheck(const RefreshTools& tools, const std::string& url, std::string key);

    void want(const std::vector<std::string>& components, const std::string& tag);
    net::Task<> run();
    const policy::SuiteFound& found() const { return found_; }

    void fail(const std::string& url, const net::HttpError& error) override;
    void fail(const std::string& url, const std::string& why) override;

 private:
    // Why a file that was asked for could not be had; empty: it could.
    struct Trouble {
        std::string why;
        bool redirected = false, out_of_reach = false;
    };

    net::Task<> look_at(std::string component, std::string tag);
    net::Task<> fetch_once(PackagesIndex index);

    SuiteFiles files_;
    policy::SuiteFound found_;
    std::map<std::string, Trouble> fetched_;  // by folder: one for all architectures serves each
    Trouble trouble_;                         // the last
};

}  // namespace buildd::farm
