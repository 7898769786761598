#include "problem.hpp"

#include <fmt/format.h>
#include <system_error>

#include "db/database.hpp"

namespace buildd::cmd {

Problem current_problem() {
    try {
        throw;
    } catch (const Interrupted&) {
        throw;
    } catch (const Failure& failure) {
        return {failure.status(), failure.what()};
    } catch (const db::StatementError& error) {
        if (error.is_busy())
            return {
                ExitStatus::busy,
                fmt::format("somebody else changes the same rows ({}): try again", error.what())};
        return {ExitStatus::internal,
                fmt::format("the database refused a statement: {}", error.what())};
    } catch (const std::system_error& error) {
        return {ExitStatus::unavailable, error.what()};
    } catch (const std::exception& error) {
        return {ExitStatus::internal, fmt::format("internal error: {}", error.what())};
    }
}

}  // namespace buildd::cmd
