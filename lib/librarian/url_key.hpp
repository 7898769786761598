// URLs that open one restricted file for a while, as nginx's secure_link module checks them. The
// farm's key lies in a file that nginx includes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace buildd {

// Makes the file where there is none: mode 0600, one line,
//   secure_link_md5 "$secure_link_expires$uri KEY";
// with 256 random bits in hexadecimal digits as the key. Of several processes one makes it.
Result<void> make_url_key(const std::string& path);

Result<std::string> read_url_key(const std::string& path);

// The same URL with `?md5=…&expires=…`. `expires`: seconds since 1970.
std::string with_token(const std::string& url, std::int64_t expires, std::string_view key);

}  // namespace buildd
