// What every part of an HTML page needs.
#pragma once

#include <string>

#include "record.hpp"

namespace buildd::cmd {

// One line, safe in text and in quoted attributes, passwords masked.
std::string escaped(const std::string& text);

// The class of the page's style sheet; empty for plain.
const char* class_of(Tone tone);

}  // namespace buildd::cmd
