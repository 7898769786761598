// The file store: `<root>/<id>/<filename>`, restricted ones under `<root>/restricted/`
// (buildd-master.conf(5), librarian_root). Any web server serves it; what is restricted only its
// group reads, and a web server to who has a URL that opens the file.
//
// A file must be durable before the transaction that names it commits, and must not stay when that
// never happens. So a file that is being stored has a marker, `<root>/pending/<id>`, locked by the
// process that stores it. After the commit the marker goes; a marker whose process died is
// resolved by sweep(), which asks the database what became of the row.
//
// Everything blocks on the disk. One Librarian may be used by several threads; a StoredFile by one
// at a time. What an error leaves behind goes with the next sweep().
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/access.hpp"
#include "base/fd.hpp"
#include "base/result.hpp"
#include "base/seen_file.hpp"
#include "model/library.hpp"

namespace buildd {

class Librarian;

// One file on its way into the store. Destroyed before keep(), it is left to the next sweep().
class StoredFile {
 public:
    StoredFile(StoredFile&& other) noexcept;
    StoredFile& operator=(StoredFile&&) = delete;
    ~StoredFile() = default;

    // Precondition: neither finish() nor adopt() has been called.
    Result<void> write(std::string_view bytes);

    // Makes it durable under its name (fsync of file and folder). Once.
    Result<LibraryFile> finish(const std::string& filename, const std::string& mimetype);

    // After the commit that names it: it stays. Without, the row may or may not exist (a lost
    // COMMIT), so that only a sweep can tell.
    void keep();

 private:
    friend class Librarian;
    StoredFile(const Librarian& owner, LibraryFileId id, bool restricted, Fd fd);
    Result<void> place(const std::string& filename);

    const Librarian* owner_;
    LibraryFileId id_;
    bool restricted_;
    std::string old_name_;  // of a rename
    Fd fd_;
    TripleDigester digester_;
};

class Librarian {
 public:
    struct Urls {
        std::string open, restricted;  // prefixes without trailing slash; may be empty
        std::string key_file = {};     // of restricted ones (url_key.hpp)
    };
    // `restricted_group`: restricted files are given to it; empty: they keep the process's.
    Librarian(std::string root, Urls urls, const std::string& restricted_group = "");

    // Precondition: `id` comes from the database's sequence, which gives none twice. Error: it
    // cannot be made, or another process, whose sweep does not come on, is in the way.
    Result<StoredFile> begin(LibraryFileId id, bool restricted) const;

    // Stores an existing file of the farm's own: a hard link where possible, else a copy. Nobody
    // may write to it any more.
    Result<LibraryFile> adopt(StoredFile& into, const SeenFile& file, const std::string& filename,
                              const std::string& mimetype) const;
    // One whose digests are known already, durable.
    Result<LibraryFile> adopt(StoredFile& into, const std::string& path, FileDigests digests,
                              const std::string& filename, const std::string& mimetype) const;
    // Stores a copy of somebody's file.
    Result<LibraryFile> copy(StoredFile& into, const std::string& path, const std::string& filename,
                             const std::string& mimetype) const;

    // A second name for a stored file, in the same folder. After the commit, keep() it; the old
    // name goes with the marker.
    Result<StoredFile> begin_rename(const LibraryFile& file, const std::string& filename) const;

    // Brings a stored file to where its row has it, with the access that is due there; nothing
    // stays where it lay. Who has links to it elsewhere keeps another file. `row`: what the
    // database has, asked while nobody else stores or renames it. Durable after sync().
    using Row = std::function<std::optional<LibraryFile>()>;
    Result<void> move(LibraryFileId id, const Row& row) const;
    Result<void> sync() const;
    Result<bool> is_in_place(const LibraryFile& file) const;
    // Waits, for at most so long, until what was being stored when this was called is stored.
    // false: some of it still is.
    Result<bool> await_others(std::chrono::milliseconds time) const;

    std::string path(LibraryFileId id, const std::string& filename, bool restricted) const;
    std::string url(const LibraryFile& file) const;  // empty when no prefix is configured
    // The same, or for a restricted file one that opens it for so long. Error: there is no key.
    Result<std::string> url_for(const LibraryFile& file, std::chrono::seconds life) const;

    // How its files and folders are to be. Error: the group is not there.
    Result<Access> access(bool restricted) const;

    // What the database knows of an id: its file name, or nullopt if there is no such row.
    using Lookup = std::function<std::optional<std::string>(LibraryFileId)>;
    // Resolves what died on its way in. Markers of living processes are left alone.
    Result<void> sweep(const Lookup& lookup) const;
    bool has_pending() const;

    const std::string& root() const { return root_; }

 private:
    friend class StoredFile;
    std::string folder(LibraryFileId id, bool restricted) const;
    std::string marker(LibraryFileId id) const;
    Result<Fd> lock_marker(LibraryFileId id, bool new_file, bool restricted) const;
    Result<void> make_place(LibraryFileId id, bool restricted) const;
    Result<void> bring(const LibraryFile& file) const;
    Result<bool> link_in(const StoredFile& into, const std::string& path,
                         const std::string& filename) const;
    Result<void> resolve(LibraryFileId id, const std::optional<std::string>& filename) const;

    std::string root_;
    Urls urls_;
    Result<std::optional<gid_t>> group_;
};

}  // namespace buildd
