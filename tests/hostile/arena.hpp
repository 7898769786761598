// Misbehaving builders beside honest ones in one farm, and passes of the program over all of them.
#pragma once

#include <string>
#include <vector>

#include "hostile/misbehaviours.hpp"
#include "support/farm.hpp"

namespace buildd::test {

class Arena {
 public:
    static constexpr int honest_builders = 20;

    explicit Arena(std::vector<Misbehaviour> rows);

    // One `cycle`. Answers the exit status.
    int pass();
    // An hour passes: whatever waits for a time to be over has waited.
    void an_hour_later();

    const std::vector<Misbehaviour>& rows() const { return rows_; }
    // What was ever stored about row `i`'s builder, one thing a line.
    const std::string& stored(std::size_t i) const { return stored_[i]; }
    std::string honest_builds_in(const std::string& state);  // how many
    // Of honest builds: with the files and log that their builders made, and never tried twice.
    std::string perfect_honest_builds();
    std::string check();  // what `db check` and the folders have to complain of; "": nothing

    const std::string& log() const { return log_; }  // of the last pass
    long peak_kib() const { return peak_kib_; }      // of all passes
    double longest_seconds() const { return longest_seconds_; }

 private:
    void add_farm_rows();
    void make_honest_results();
    void set_up(std::size_t row);
    std::vector<std::string> fleet_statements() const;
    std::string filled_in(const std::string& text, std::size_t row);
    void remember_what_is_stored();

    std::vector<Misbehaviour> rows_;
    TestFarm farm_;
    TempFolder files_;  // what builders serve
    TempFolder mails_;
    TempFolder home_;  // where nothing may be written
    fleet::Fleet fleet_;
    std::vector<std::string> stored_;
    std::string log_, result_sum_;
    long peak_kib_ = 0;
    double longest_seconds_ = 0;
};

}  // namespace buildd::test
