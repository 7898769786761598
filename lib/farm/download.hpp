// One result file on its way to disk, over as many passes as it takes: bytes are appended unread,
// and the whole is digested when it is there. All of it may block on the disk.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/fd.hpp"
#include "base/result.hpp"
#include "base/sha1.hpp"
#include "farm/job_folder.hpp"

namespace buildd::farm {

class Download {
 public:
    // Goes on with what earlier passes brought; nothing of that is read.
    static Result<Download> open(const JobFolder& folder, const std::string& sha1);

    std::uint64_t size() const { return size_; }  // bytes so far
    std::uint64_t& total() { return total_; }     // as the builder states it; 0: not known
    bool whole() const { return total_ != 0 && size_ == total_; }

    Result<void> take(std::string_view piece);
    void end() { ended_ = true; }  // the transfer ended well
    bool arrived() const { return ended_ || whole(); }

    // Closes the file until more comes, and notes for the next pass what is known of it.
    Result<void> rest();
    // From the first byte. `mistaken`: what was there has not the digest.
    Result<void> restart(bool mistaken);
    bool was_mistaken() const { return mistaken_; }  // before, in an earlier pass maybe

    // Once arrived(): a slice of what has not been digested as it came. false: there is more.
    Result<bool> digest_more();
    std::string digest() const { return sha1_.hex(); }  // after that

    // fsync, then its verified name.
    Result<void> place();

 private:
    Download(const JobFolder& folder, const std::string& sha1);
    void read_note();
    Result<void> open_to_append();
    Result<void> sync();
    Result<void> note();

    JobFolder folder_;
    std::string path_, note_, verified_;
    Fd fd_;
    Sha1 sha1_;  // of the first bytes
    std::uint64_t size_ = 0, total_ = 0;
    bool ended_ = false, mistaken_ = false, noted_ = false, synced_ = false;
};

}  // namespace buildd::farm
