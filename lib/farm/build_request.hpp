// The arguments of build() on the wire.
#pragma once

#include <string>

#include "model/start.hpp"
#include "worker/client.hpp"

namespace buildd::farm {

worker::BuildRequest build_request(const PendingJob& job, const std::string& cookie,
                                   const std::string& build_type, const BuildArguments& arguments);

}  // namespace buildd::farm
