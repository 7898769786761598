// One file of an apt repository, fetched and checked against what its Release file says.
#pragma once

#include <string>

#include "base/fd.hpp"
#include "net/http.hpp"
#include "upload/release_file.hpp"

namespace buildd::farm {

// The file that `request` names, in a temporary file without a name in `folder`. It has the size
// and digest of `listed`, or the error says what differs (Kind::broken, Kind::too_large).
net::Task<Result<Fd, net::HttpError>> fetch_listed(net::Http& http, net::GetRequest request,
                                                   const ListedIndex& listed, DigestKind kind,
                                                   std::string folder);

}  // namespace buildd::farm
