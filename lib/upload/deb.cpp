#include "upload/deb.hpp"

#include <fmt/format.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "net/process.hpp"
#include "upload/control.hpp"

namespace buildd {

namespace {

constexpr std::chrono::seconds deb_timeout{60};
constexpr std::size_t max_control = 4 << 20;

}  // namespace

net::Task<Result<BinaryFields>> read_deb(net::Loop& loop, std::string path) {
    const std::string name = base_name(path);
    net::Command command;
    command.arguments = {"dpkg-deb", "--field", path};
    command.timeout = deb_timeout;
    command.own_group = false;
    command.max_output = max_control;
    auto end = co_await net::run_process(loop, std::move(command));
    if (!end) co_return end.error();
    if (!end->succeeded())
        co_return Error{fmt::format("{} does not open: {}", name,
                                    one_line(end->errors.empty() ? end->text() : end->errors))};
    const auto fields = parse_single(end->output);
    if (!fields) co_return Error{fmt::format("{}: {}", name, fields.error().message)};
    co_return BinaryFields{name, fields->get("Package"), fields->get("Version"),
                           fields->get("Architecture"), one_line(fields->get("Provides"))};
}

}  // namespace buildd
