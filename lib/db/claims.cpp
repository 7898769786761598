#include "db/claims.hpp"

#include <fmt/format.h>

#include "base/failure.hpp"

namespace buildd::db {

namespace {

struct ClaimColumns {
    std::vector<std::string> names, versions, architectures, types, files, sums;
};

ClaimColumns columns_of(const std::vector<NewBinary>& binaries) {
    ClaimColumns columns;
    for (const auto& binary : binaries) {
        columns.names.push_back(binary.name);
        columns.versions.push_back(binary.version);
        columns.architectures.push_back(binary.architecture);
        columns.types.push_back(binary.file_type);
        columns.files.push_back(binary.file.filename);
        columns.sums.push_back(binary.file.digests.sha256);
    }
    return columns;
}

// In one order, so that of two rivals one waits for the other and then finds its claim.
std::int64_t insert_claims(Transaction& transaction, const UploadTarget& target,
                           const ClaimColumns& columns) {
    return transaction.execute(R"(
        INSERT INTO binaryclaim (archive, name, version, architecture, filetype, filename, sha256,
            build, leaf)
        SELECT $3::bigint, new.*, build.id, build.upload_leaf
        FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
                AS new (name, version, architecture, filetype, filename, sha256), build
        WHERE build.id = $1 AND build.upload_leaf = $2 AND build.buildstate = 'UPLOADING'
        ORDER BY new.name, new.version, new.architecture, new.filetype
        ON CONFLICT DO NOTHING)",
                               target.build.id, target.leaf, target.build.archive.id, columns.names,
                               columns.versions, columns.architectures, columns.types,
                               columns.files, columns.sums);
}

bool waits_for_leaf(Database& database, const UploadTarget& target) {
    return !database
                .query(
                    "SELECT 1 FROM build WHERE id = $1 AND upload_leaf = $2 AND buildstate = "
                    "'UPLOADING'",
                    target.build.id, target.leaf)
                .empty();
}

std::string others_claim(const std::string& file, const ArchiveFacts& archive, BuildId build,
                         bool goes_on) {
    if (goes_on)
        return fmt::format("{} is being published in {} by build {}", file, archive.name,
                           build.value);
    return fmt::format(
        "{} may have been published in {} by build {}, whose publish_command came to no known end: "
        "'build reupload {}' brings that to one",
        file, archive.name, build.value, build.value);
}

// Whose claims stand now in the place of each.
void read_claims(Database& database, const UploadTarget& target, const ClaimColumns& columns,
                 std::int64_t inserted, Claiming& claiming) {
    const ArchiveFacts& archive = target.build.archive;
    claiming.waits = waits_for_leaf(database, target);
    if (!claiming.waits) return;
    std::int64_t ours = 0;
    for (Row row : database.query(R"(
             SELECT new.filename, claim.build, claim.leaf = $2, claim.sha256 = new.sha256,
                 build.buildstate = 'UPLOADING'
             FROM unnest($3::text[], $4::text[]) AS new (filename, sha256)
                 LEFT JOIN binaryclaim claim
                     ON claim.archive = $1 AND claim.filename = new.filename
                 LEFT JOIN build ON build.id = claim.build)",
                                  archive.id, target.leaf, columns.files, columns.sums)) {
        std::string file;
        std::optional<BuildId> build;
        std::optional<bool> own, same, goes_on;
        row >> file >> build >> own >> same >> goes_on;
        if (!build)
            throw Failure(ExitStatus::busy,
                          fmt::format("another build's claim on {} has just ended", file));
        ours += *own;
        if (!*own)
            claiming.reasons.push_back(others_claim(file, archive, *build, *goes_on));
        else if (!*same)
            claiming.reasons.push_back(
                fmt::format("{} may be in {} already with other bytes", file, archive.name));
    }
    claiming.earlier = ours > inserted;
}

}  // namespace

Claiming claim(Transaction& transaction, const UploadTarget& target,
               const std::vector<NewBinary>& binaries, const std::vector<UploadedFile>& files) {
    const ClaimColumns columns = columns_of(binaries);
    const auto inserted = insert_claims(transaction, target, columns);
    Claiming claiming;
    claiming.fresh = inserted == static_cast<std::int64_t>(binaries.size());
    claiming.waits = claiming.fresh;
    if (!claiming.fresh) read_claims(transaction, target, columns, inserted, claiming);
    auto known = why_not_new(transaction, target.build.archive, binaries, files);
    claiming.reasons.insert(claiming.reasons.end(), known.begin(), known.end());
    return claiming;
}

void give_back_claims(Database& database, BuildId build, const std::string& leaf) {
    database.execute("DELETE FROM binaryclaim WHERE build = $1 AND leaf = $2", build, leaf);
}

bool has_claims(Database& database, BuildId build) {
    return !database.query("SELECT 1 FROM binaryclaim WHERE build = $1 LIMIT 1", build).empty();
}

std::vector<std::string> claimed_leaves(Database& database) {
    std::vector<std::string> leaves;
    for (Row row : database.query("SELECT DISTINCT leaf FROM binaryclaim"))
        leaves.push_back(row.get<std::string>());
    return leaves;
}

std::vector<std::string> why_not_new(Database& database, const ArchiveFacts& archive,
                                     const std::vector<NewBinary>& binaries,
                                     const std::vector<UploadedFile>& files) {
    std::vector<std::string> reasons;
    for (const auto& known : already_published(database, archive.id, binaries))
        reasons.push_back(fmt::format("{} is already published in {}", known, archive.name));
    for (const auto& name : names_taken(database, archive.id, files))
        reasons.push_back(fmt::format("{} has another file of the name {}", archive.name, name));
    return reasons;
}

}  // namespace buildd::db
