#include "farm/file_batch.hpp"

#include <fmt/format.h>

#include "base/failure.hpp"
#include "base/files.hpp"
#include "db/library.hpp"

namespace buildd::farm {

namespace {

constexpr const char* any_type = "application/octet-stream";

void store(FileBatch& batch, const Librarian& librarian, LibraryFileId id, const CheckedFile& file,
           bool restricted) {
    auto begun = librarian.begin(id, restricted);
    if (!begun) throw Failure(ExitStatus::unavailable, begun.error().message);
    auto stored = librarian.copy(*begun, file.path, base_name(file.path), any_type);
    if (!stored) throw Failure(ExitStatus::unavailable, stored.error().message);
    if (stored->digests != file.digests)
        throw Failure(ExitStatus::bad_input,
                      fmt::format("{} was changed after it had been checked", file.path));
    batch.stored.push_back(std::move(*begun));
    batch.files.push_back(std::move(*stored));
}

}  // namespace

FileBatch store_batch(db::Database& database, const Librarian& librarian,
                      const std::vector<CheckedFile>& files, bool restricted) {
    FileBatch batch;
    const auto ids = db::new_file_ids(database, files.size());
    for (std::size_t i = 0; i < files.size(); ++i) {
        const CheckedFile& file = files[i];
        if (database.rehearsing())
            batch.files.push_back(
                {ids[i], base_name(file.path), any_type, restricted, file.digests});
        else
            store(batch, librarian, ids[i], file, restricted);
    }
    return batch;
}

}  // namespace buildd::farm
