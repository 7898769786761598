#include "farm/slots.hpp"

#include <fmt/format.h>

#include "base/files.hpp"
#include "upload/take_in.hpp"

namespace buildd::farm {

Result<std::optional<LockFile>> take_slot(const std::string& root, const std::string& kind,
                                          std::int64_t count) {
    const std::string folder = fmt::format("{}/{}", root, locks_folder);
    if (auto made = make_folders(folder); !made) return made.error();
    for (std::int64_t n = 0; n < count; ++n) {
        auto slot =
            LockFile::try_acquire(fmt::format("{}/{}{}-{}", folder, slot_prefix, kind, n), kind);
        if (!slot || *slot) return slot;
    }
    return std::optional<LockFile>();
}

}  // namespace buildd::farm
