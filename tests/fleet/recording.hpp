// The recorded exchanges with real builders (fixtures/wire), replayed against the simulator.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "fleet/http_client.hpp"

namespace fleet {

struct Recording {
    std::string name;
    std::string method;
    std::string path;
    std::vector<std::string> request_headers;  // those that matter to a server
    std::string request;
    HttpAnswer answer;
};

// Throws when there is none of that name.
Recording read_recording(const std::string& name);

// Sends the request to the builder at `url`. `replace`: text in the request, by what it replaces.
HttpAnswer replay(const Recording& recording, const std::string& url,
                  const std::map<std::string, std::string>& replace);

// What has to be the same in every exchange: digests, dates, bytes of logs and the number and
// names of files are taken out.
std::string shape_of_headers(const std::string& headers);
std::string shape_of_body(const HttpAnswer& answer);

}  // namespace fleet
