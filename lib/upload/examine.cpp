#include "upload/examine.hpp"

#include <fmt/format.h>

#include "base/failure.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "policy/pockets.hpp"
#include "upload/deb.hpp"
#include "upload/identity.hpp"
#include "upload/leaf.hpp"

namespace buildd {

namespace {

UploadExpectation expectation_of(const db::UploadTarget& target) {
    const bool indep = trim(target.architecture_hints) == "all" || target.nominated;
    const TargetFacts& place = target.build.target;
    return {target.build.source, place.architecture_tag, indep, policy::suite_name(place),
            place.series};
}

class Examination {
 public:
    explicit Examination(const db::UploadTarget& target) : expected_(expectation_of(target)) {}

    Examined run(const std::string& leaf, const std::string& changes_path) {
        auto changes = read_changes(changes_path);
        if (!changes) {
            refuse({fmt::format("{}: {}", base_name(changes_path), changes.error().message)});
            return std::move(examined_);
        }
        refuse(check_identity(*changes, expected_));
        refuse(check_unlisted(*changes, leaf_files(leaf, changes_path)));
        const std::string folder = parent_of(changes_path);
        for (const auto& file : changes->files) look_at(file, folder + "/" + file.name, *changes);
        std::vector<BinaryFields> all;
        for (const auto& binary : examined_.binaries) all.push_back(binary.fields);
        refuse(check_together(all));
        return std::move(examined_);
    }

 private:
    void refuse(std::vector<std::string> reasons) {
        for (auto& reason : reasons) examined_.reasons.push_back(std::move(reason));
    }

    void look_at(const ListedFile& file, const std::string& path, const Changes& changes) {
        if (const auto reason = why_unreadable(path)) return refuse({*reason});
        auto seen = SeenFile::read(path);
        if (!seen) throw Failure(ExitStatus::unavailable, seen.error().message);
        if (const auto difference = file_difference(file, seen->digests()))
            return refuse({*difference});
        examined_.files.push_back({file.name, seen->digests().sha256});
        if (is_binary_package(file.name)) look_into(std::move(*seen), changes);
    }

    void look_into(SeenFile file, const Changes& changes) {
        auto fields = read_deb(file.path());
        if (!fields && fields.error().kind == DebError::Kind::ours)
            throw Failure(ExitStatus::unavailable, fields.error().message);
        if (!fields) return refuse({fields.error().message});
        refuse(check_binary(*fields, changes, expected_));
        examined_.binaries.push_back({std::move(*fields), std::move(file)});
    }

    const UploadExpectation expected_;
    Examined examined_;
};

}  // namespace

Examined examine(const db::UploadTarget& target, const std::string& leaf,
                 const std::string& changes_path) {
    return Examination(target).run(leaf, changes_path);
}

std::vector<db::NewBinary> rows_of(const Examined& examined) {
    std::vector<db::NewBinary> rows;
    for (const auto& [fields, file] : examined.binaries) {
        db::NewBinary row{fields.package,  fields.version,         fields.architecture,
                          fields.provides, file_type(fields.file), {}};
        row.file.filename = fields.file;
        row.file.digests = file.digests();
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace buildd
