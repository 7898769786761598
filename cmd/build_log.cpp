// build log.
#include <fmt/format.h>

#include "base/text.hpp"
#include "builds.hpp"
#include "librarian/gunzip.hpp"

namespace buildd::cmd {

ExitStatus build_log(Context& context, const Arguments& arguments) {
    const BuildId id = build_of(context, arguments);
    const auto log = db::find_log(context.database(), id);
    if (!log.exists) throw_unknown(id);
    if (log.file) {
        const std::string path =
            context.librarian().path(log.file->id, log.file->filename, log.file->restricted);
        if (const auto printed = print_gunzipped(path, stdout); !printed)
            throw Failure(ExitStatus::unavailable, printed.error().message);
    } else if (log.tail) {
        fmt::print("{}\n", mask_passwords(*log.tail));
    } else {
        throw Failure(ExitStatus::bad_input, fmt::format("build {} has no log yet", id.value));
    }
    return ExitStatus::done;
}

}  // namespace buildd::cmd
