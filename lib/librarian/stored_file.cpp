#include <unistd.h>

#include "base/files.hpp"
#include "librarian/librarian.hpp"

namespace buildd {

StoredFile::StoredFile(const Librarian& owner, LibraryFileId id, bool restricted, Fd fd)
    : owner_(&owner), id_(id), restricted_(restricted), fd_(std::move(fd)) {}

StoredFile::StoredFile(StoredFile&& other) noexcept
    : owner_(std::exchange(other.owner_, nullptr)),
      id_(other.id_),
      restricted_(other.restricted_),
      old_name_(std::move(other.old_name_)),
      fd_(std::move(other.fd_)),
      digester_(std::move(other.digester_)) {}

Result<void> StoredFile::write(std::string_view bytes) {
    digester_.update(bytes);
    return write_all(fd_.get(), bytes, owner_->marker(id_));
}

Result<void> StoredFile::place(const std::string& filename) {
    const std::string folder = owner_->folder(id_, restricted_);
    if (auto synced = fsync_fd(fd_.get(), owner_->marker(id_)); !synced) return synced;
    if (auto made = owner_->make_place(id_, restricted_); !made) return made;
    const std::string target = folder + "/" + filename;
    if (::link(owner_->marker(id_).c_str(), target.c_str()) != 0)
        return system_error("cannot store", target);
    return fsync_folder(folder);
}

Result<LibraryFile> StoredFile::finish(const std::string& filename, const std::string& mimetype) {
    if (auto placed = place(filename); !placed) return placed.error();
    return LibraryFile{id_, filename, mimetype, restricted_, digester_.finish()};
}

// The marker last: while it stands, a sweep removes what is left of the old name.
void StoredFile::keep() {
    if (!old_name_.empty() && !remove_tree(owner_->path(id_, old_name_, restricted_))) return;
    ::unlink(owner_->marker(id_).c_str());
}

}  // namespace buildd
