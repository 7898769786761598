// What is wrong with settings whose values can be read. Every command says it in the same words.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "base/settings.hpp"
#include "db/passes.hpp"

namespace buildd::farm {

// What the values alone tell: placeholders, durations without a unit, times that do not fit
// together. Pure.
std::vector<SettingProblem> check_values(const LoadedSettings& loaded);

// That, and what this machine tells this user: programs that cannot be run, patterns
// that RE2 refuses, folders that cannot be
// written or lie in different file systems. Folders that are missing are passed over: whoever
// needs them makes them.
std::vector<SettingProblem> check_settings(const LoadedSettings& loaded);

// Each problem at ERROR, or WARNING if it stops nothing; at INFO where `loud` says of its cause
// that this has been said of late (db::notice_due). true: one of them stops something (exit status
// 1). Throws Failure(bad_config) with the first that stops everything.
bool say_problems(const std::vector<SettingProblem>& problems, Log& log,
                  const std::function<bool(const db::Notice&)>& loud);

// Leaves wait in incoming/ until the programs that take them in can be right.
bool uploads_are_stopped(const LoadedSettings& loaded);

}  // namespace buildd::farm
