#include "librarian/librarian.hpp"

#include <cassert>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/files.hpp"
#include "base/flock.hpp"
#include "base/same_file.hpp"
#include "base/text.hpp"
#include "librarian/url_key.hpp"

namespace buildd {

namespace {

// A sweep holds a marker that it has come upon for a moment only.
constexpr std::chrono::milliseconds sweep_time{1000};

}  // namespace

Librarian::Librarian(std::string root, Urls urls, const std::string& restricted_group)
    : root_(std::move(root)), urls_(std::move(urls)), group_(find_group(restricted_group)) {}

Result<Access> Librarian::access(bool restricted) const {
    if (!restricted) return Access{};
    if (!group_) return Error{"restricted_group: " + group_.error().message};
    return Access{true, *group_};
}

std::string Librarian::folder(LibraryFileId id, bool restricted) const {
    return fmt::format("{}/{}{}", root_, restricted ? "restricted/" : "", id.value);
}

std::string Librarian::marker(LibraryFileId id) const {
    return fmt::format("{}/pending/{}", root_, id.value);
}

std::string Librarian::path(LibraryFileId id, const std::string& filename, bool restricted) const {
    return folder(id, restricted) + "/" + filename;
}

std::string Librarian::url(const LibraryFile& file) const {
    const std::string& prefix = file.restricted ? urls_.restricted : urls_.open;
    if (prefix.empty()) return {};
    return fmt::format("{}/{}/{}", prefix, file.id.value, percent_encode(file.filename));
}

Result<std::string> Librarian::url_for(const LibraryFile& file, std::chrono::seconds life) const {
    const std::string plain = url(file);
    if (!file.restricted || plain.empty()) return plain;
    const auto key = read_url_key(urls_.key_file);
    if (!key) return key.error();
    const auto until = std::chrono::system_clock::now() + life;
    return with_token(plain, std::chrono::system_clock::to_time_t(until), *key);
}

// A sweep may remove the marker between open and lock: then it is made anew.
Result<Fd> Librarian::lock_marker(LibraryFileId id, bool new_file, bool restricted) const {
    if (auto made = make_folders(root_ + "/pending"); !made) return made.error();
    const unsigned mode = Access{restricted}.file_mode();
    for (;;) {
        auto fd = open_file(marker(id), O_RDWR | O_CREAT | (new_file ? O_EXCL : 0), mode);
        if (!fd) return fd;
        const auto locked = lock_within(fd->get(), sweep_time, marker(id));
        if (!locked) return locked.error();
        if (!*locked)
            return Error{
                fmt::format("cannot store file {}: another process, whose sweep of {} does "
                            "not come on, holds {}",
                            id.value, root_, marker(id))};
        if (is_at(fd->get(), marker(id))) return fd;
    }
}

Result<StoredFile> Librarian::begin(LibraryFileId id, bool restricted) const {
    assert(id.value > 0);
    auto fd = lock_marker(id, true, restricted);
    if (!fd) return fd.error();
    if (const auto readers = access(restricted); !readers)
        return readers.error();
    else if (auto given = give_access(marker(id), *readers); !given)
        return given.error();
    return StoredFile(*this, id, restricted, std::move(*fd));
}

Result<void> Librarian::make_place(LibraryFileId id, bool restricted) const {
    const auto readers = access(restricted);
    if (!readers) return readers.error();
    const std::string top = root_ + "/restricted", place = folder(id, restricted);
    if (auto made = make_folders(place, readers->folder_mode()); !made) return made;
    if (!restricted) return {};
    if (auto given = give_access(top, *readers); !given) return given;
    return give_access(place, *readers);
}

Result<LibraryFile> Librarian::adopt(StoredFile& into, const SeenFile& file,
                                     const std::string& filename,
                                     const std::string& mimetype) const {
    const auto linked = link_in(into, file.path(), filename);
    if (!linked) return linked.error();
    if (!*linked) return copy(into, file.path(), filename, mimetype);
    auto digests = file.digests_now();
    if (!digests) return digests.error();
    return LibraryFile{into.id_, filename, mimetype, into.restricted_, std::move(*digests)};
}

Result<LibraryFile> Librarian::adopt(StoredFile& into, const std::string& path, FileDigests digests,
                                     const std::string& filename,
                                     const std::string& mimetype) const {
    const auto linked = link_in(into, path, filename);
    if (!linked) return linked.error();
    if (!*linked) return copy(into, path, filename, mimetype);
    return LibraryFile{into.id_, filename, mimetype, into.restricted_, std::move(digests)};
}

// false: it lies where no link can lead to, or is not ours.
Result<bool> Librarian::link_in(const StoredFile& into, const std::string& path,
                                const std::string& filename) const {
    const std::string place = folder(into.id_, into.restricted_);
    if (auto made = make_place(into.id_, into.restricted_); !made) return made.error();
    if (const auto readers = access(into.restricted_); !readers)
        return readers.error();
    else if (!give_access(path, *readers))
        return false;
    if (::link(path.c_str(), (place + "/" + filename).c_str()) != 0) return false;
    if (auto synced = fsync_folder(place); !synced) return synced.error();
    return true;
}

Result<LibraryFile> Librarian::copy(StoredFile& into, const std::string& path,
                                    const std::string& filename,
                                    const std::string& mimetype) const {
    auto from = open_file(path, O_RDONLY);
    if (!from) return from.error();
    std::string piece(1 << 20, '\0');
    for (;;) {
        const ssize_t got = ::read(from->get(), piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error("cannot read", path);
        if (got == 0) return into.finish(filename, mimetype);
        const std::string_view bytes(piece.data(), static_cast<std::size_t>(got));
        if (auto written = into.write(bytes); !written) return written.error();
    }
}

Result<StoredFile> Librarian::begin_rename(const LibraryFile& file,
                                           const std::string& filename) const {
    // A killed process may have begun, too.
    auto fd = lock_marker(file.id, false, file.restricted);
    if (!fd) return fd.error();
    StoredFile renamed(*this, file.id, file.restricted, std::move(*fd));
    renamed.old_name_ = file.filename;
    const std::string from = path(file.id, file.filename, file.restricted);
    const std::string to = path(file.id, filename, file.restricted);
    if (::link(from.c_str(), to.c_str()) != 0 && errno != EEXIST)
        return system_error("cannot link", to);
    if (auto synced = fsync_folder(folder(file.id, file.restricted)); !synced)
        return synced.error();
    return renamed;
}

bool Librarian::has_pending() const {
    const auto names = list_folder(root_ + "/pending");
    return names && !names->empty();
}

Result<void> Librarian::resolve(LibraryFileId id,
                                const std::optional<std::string>& filename) const {
    for (const bool restricted : {false, true}) {
        const std::string place = folder(id, restricted);
        if (!filename) {
            if (auto gone = remove_tree(place); !gone) return gone;
            continue;
        }
        const auto names = list_folder(place);
        if (!names) return names.error();
        for (const auto& name : *names)
            if (name != filename)
                if (auto gone = remove_tree(place + "/" + name); !gone) return gone;
    }
    ::unlink(marker(id).c_str());
    return {};
}

Result<void> Librarian::sweep(const Lookup& lookup) const {
    const auto names = list_folder(root_ + "/pending");
    if (!names) return names.error();
    for (const auto& name : *names) {
        const auto number = parse_int(name);
        const auto fd = open_file(root_ + "/pending/" + name, O_RDWR);
        if (!number || !fd) continue;
        const auto locked = lock_within(fd->get(), std::chrono::milliseconds(0), name);
        if (!locked || !*locked) continue;
        const LibraryFileId id{*number};
        if (!is_at(fd->get(), marker(id)))
            continue;  // it was kept meanwhile, and may be renamed now
        if (auto resolved = resolve(id, lookup(id)); !resolved) return resolved;
    }
    return {};
}

}  // namespace buildd
