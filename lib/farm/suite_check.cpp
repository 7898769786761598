#include "farm/suite_check.hpp"

#include <chrono>
#include <fmt/format.h>

#include "base/text.hpp"

namespace buildd::farm {

SuiteCheck::SuiteCheck(const RefreshTools& tools, const std::string& url, std::string key)
    : SuiteClient(tools, mask_passwords(url)), files_(*this, url, std::move(key)) {}

void SuiteCheck::want(const std::vector<std::string>& components, const std::string& tag) {
    for (const auto& component : components) found_.indexes[{component, tag}];
}

net::Task<> SuiteCheck::run() {
    using Found = SuiteFiles::Found;
    using Release = policy::SuiteFound::Release;
    auto turn = co_await tools().turns.acquire();
    const auto release = co_await files_.fetch_release(std::nullopt);
    if (release == Found::failed) {
        found_.release = trouble_.redirected ? Release::untold : Release::failed;
        found_.why = trouble_.why;
    }
    if (release != Found::there) co_return;
    found_.release = Release::there;
    const auto& until = files_.release().valid_until;
    found_.expired = until && *until < std::chrono::system_clock::now();
    found_.suite = files_.release().suite;
    found_.codename = files_.release().codename;
    found_.has_signature = co_await files_.is_signed();
    for (const auto& [wanted, index] : found_.indexes)
        co_await look_at(wanted.first, wanted.second);
}

net::Task<> SuiteCheck::look_at(std::string component, std::string tag) {
    policy::IndexFound& found = found_.indexes.at({component, tag});
    for (auto& index : packages_indexes(files_.release(), tag)) {
        if (index.component != component) continue;
        const std::string folder = index.folder;
        found.listed = true;
        co_await fetch_once(std::move(index));
        const Trouble& trouble = fetched_.at(folder);
        if (trouble.why.empty()) continue;
        found.why = trouble.why;
        found.untold = trouble.redirected;
    }
}

// Where the server cannot be reached nothing more is asked of it: that has the same deadline.
net::Task<> SuiteCheck::fetch_once(PackagesIndex index) {
    const std::string folder = index.folder;
    if (fetched_.contains(folder)) co_return;
    if (!trouble_.out_of_reach) {
        trouble_ = {};
        auto file = co_await files_.fetch_index(std::move(index));
        if (file) trouble_ = {};
    }
    fetched_[folder] = trouble_;
}

void SuiteCheck::fail(const std::string& url, const net::HttpError& error) {
    using Kind = net::HttpError::Kind;
    fail(url, error.message);
    trouble_.redirected = error.status / 100 == 3;
    trouble_.out_of_reach = error.kind == Kind::unreachable || error.kind == Kind::timeout;
    if (trouble_.redirected) trouble_.why += ": a redirect, which apt may follow";
}

void SuiteCheck::fail(const std::string& url, const std::string& why) {
    trouble_ = {fmt::format("{}: {}", mask_passwords(url), why), false, false};
}

}  // namespace buildd::farm
