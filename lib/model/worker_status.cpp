#include "model/worker_status.hpp"

#include <algorithm>

namespace buildd {

std::optional<std::string> build_type_for(const WorkerInfo& info) {
    for (const char* type : {"binarypackage", "debian"})
        if (std::find(info.build_types.begin(), info.build_types.end(), type) !=
            info.build_types.end())
            return type;
    return std::nullopt;
}

}  // namespace buildd
