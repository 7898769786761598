// What a master makes of the ends of attempts.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "farm.hpp"
#include "policy/breaker.hpp"

namespace bench {

class Rules {
 public:
    virtual ~Rules() = default;
    virtual void ended(Farm& farm, const End& end) = 0;
    virtual void pass_ends(Farm&) {}
    virtual void answers_again(Farm&, int /*builder*/, Seconds /*silent since*/) {}
    virtual bool fits(Farm&, const Builder&, int /*builder*/, int /*job*/) { return true; }
    virtual Seconds probe_delay(Farm&, int builder) = 0;
    // Jobs that open breakers hold.
    virtual std::size_t held(Farm&, int /*group*/) const { return 0; }
    virtual int breakers() const { return 0; }  // that were opened
};

// As released until now: counts alone.
class Counts : public Rules {
 public:
    void ended(Farm& farm, const End& end) override;
    Seconds probe_delay(Farm& farm, int builder) override;

 private:
    std::map<int, int> builder_failures_;
};

}  // namespace bench
