#include "farm/suite_client.hpp"

#include "base/failure.hpp"
#include "base/files.hpp"
#include "farm/folders.hpp"

namespace buildd::farm {

namespace {

constexpr std::size_t at_once = 8;

net::HttpOptions http_options(const Settings& settings) {
    if (auto made = make_folders(settings.root + "/" + tmp_folder); !made)
        throw Failure(ExitStatus::bad_config, "root: " + made.error().message);
    net::HttpOptions options;
    options.max_transfers = at_once;
    return options;
}

}  // namespace

RefreshLoop::RefreshLoop(const Settings& settings, db::Database& database,
                         const StopSignals& signals, Log& log, bool forget_missing)
    : http_(loop_, http_options(settings)),
      turns_(loop_, at_once),
      stop_(loop_, signals.fd(), [&signals] { throw Interrupted(signals.pending().value_or(0)); }),
      tools_{settings, database, loop_, http_, turns_, forget_missing, log} {}

}  // namespace buildd::farm
