// A build log in its job's folder, compressed, over as many passes as it takes: each goes on with a
// further member of the gzip file, behind the last one that is noted. All of it may block on the
// disk.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/digest.hpp"
#include "base/fd.hpp"
#include "base/result.hpp"
#include "farm/job_folder.hpp"
#include "librarian/gzip.hpp"

namespace buildd::farm {

class LogFile {
 public:
    explicit LogFile(const JobFolder& folder) : folder_(folder), path_(folder.log()) {}
    LogFile(const LogFile&) = delete;  // what compresses knows its address
    LogFile& operator=(const LogFile&) = delete;

    // Once, first: cuts the file behind the last member that is noted. A note of more than `limit`
    // bytes of the log is not used.
    Result<void> open(std::uint64_t limit);

    std::uint64_t raw() const { return raw_; }  // bytes of the log that are in it
    std::uint64_t& total() { return total_; }   // of the log, as stated; 0: not known
    bool arrived() const { return total_ != 0 && raw_ == total_; }
    bool ended() const { return ended_; }

    Result<void> write(std::string_view piece);
    // Ends the member, makes it durable and notes it; closes the file until more comes. A log whose
    // size is not known cannot be gone on with, and begins anew.
    Result<void> rest();
    Result<void> restart();
    // Nothing more comes but this line. Durable afterwards.
    Result<void> end(std::string_view last_words);

    // Of the compressed file. After end().
    Result<FileDigests> digests();
    const std::string& path() const { return path_; }

 private:
    bool read_note(std::uint64_t limit);
    Result<void> cut_behind_note();
    Result<void> open_to_append();
    Result<void> compress(std::string_view bytes);
    Result<void> end_member();
    Result<void> note();

    JobFolder folder_;
    std::string path_;
    Fd fd_;
    std::optional<GzipStream> gzip_;
    std::optional<TripleDigester> digester_;  // where all of it was written by this object
    std::uint64_t raw_ = 0, packed_ = 0, total_ = 0;
    std::uint64_t member_ = 0;  // bytes of the log in the member that has not ended
    bool ended_ = false, noted_ = false;
};

}  // namespace buildd::farm
