#include "farm/store_files.hpp"

#include "base/failure.hpp"
#include "base/files.hpp"
#include "farm/file_batch.hpp"

namespace buildd::farm {

db::Change store_chroot(db::Database& database, const Librarian& librarian, DistroArchSeriesId arch,
                        Pocket pocket, const std::string& path) {
    const auto digests = digest_file(path);
    if (!digests) throw Failure(ExitStatus::bad_input, digests.error().message);
    const auto current = db::read_chroot(database, arch, pocket);
    if (current && current->digests == *digests && current->filename == base_name(path))
        return db::Change::unchanged;
    FileBatch batch = store_batch(database, librarian, {{path, *digests}}, false);
    db::Transaction transaction(database);
    db::set_chroot(transaction, arch, pocket, batch.files[0]);
    transaction.commit();
    batch.keep();
    return current ? db::Change::changed : db::Change::created;
}

}  // namespace buildd::farm
