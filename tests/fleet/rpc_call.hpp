// XML-RPC calls to a simulated builder.
#pragma once

#include <string>

#include "xmlrpc/codec.hpp"

namespace fleet {

// `url`: the builder's. Throws std::runtime_error when the answer is no XML-RPC, and on a Fault
// with its text.
buildd::xmlrpc::Value rpc(const std::string& url, const std::string& method,
                          const buildd::xmlrpc::Array& params = {});

// The same for answers that are a string or an array that begins with one.
std::string rpc_word(const std::string& url, const std::string& method,
                     const buildd::xmlrpc::Array& params = {});

// A complete build() of the .dsc with that digest; every digest stands for the chroot's too.
buildd::xmlrpc::Array build_params(const std::string& cookie, const std::string& sha1,
                                   const std::string& type = "binarypackage");

}  // namespace fleet
