// Decoding of `status()` and `info()` answers of both generations. Pure.
#pragma once

#include "base/result.hpp"
#include "model/worker_status.hpp"
#include "xmlrpc/value.hpp"

namespace buildd::worker {

// An array is the classic generation, a struct the current one. Error: what is malformed.
// A WAITING answer with a file name that may not be used is well-formed here: whether results can
// be taken is policy's question (check_result_name).
Result<WorkerStatus> decode_status(const xmlrpc::Value& answer);

Result<WorkerInfo> decode_info(const xmlrpc::Value& answer);

}  // namespace buildd::worker
