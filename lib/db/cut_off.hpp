// Builders in a network that is to blame (breakers.hpp): they are given no job, but for one of them
// each time that a probe is due. What they build well closes the breaker.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "db/database.hpp"
#include "model/ids.hpp"

namespace buildd::db {

struct BuilderAddress {
    BuilderId id;
    std::string url;
    bool trusted = true;
};
std::vector<BuilderAddress> builder_addresses(Database& database);

// `builders`: all that the breaker names. Others that it cut off are free; the one that was let go
// last stays so.
void cut_off(Database& database, std::int64_t breaker, const std::vector<BuilderId>& builders);

// Those on which these cases failed: the one that was let go among them.
void cut_off_again(Transaction& transaction, std::int64_t breaker,
                   const std::vector<std::int64_t>& cases);

// Lets the next that is idle go instead of the last one, trusted ones first where trusted ones said
// so; the one after it may follow in `next_in`. false: none was due, or could be.
bool let_builder_go(Database& database, std::int64_t breaker, std::chrono::seconds next_in);

}  // namespace buildd::db
