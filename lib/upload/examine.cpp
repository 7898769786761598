#include "upload/examine.hpp"

#include <fmt/format.h>

#include "base/failure.hpp"
#include "base/files.hpp"
#include "policy/pockets.hpp"
#include "upload/identity.hpp"
#include "upload/leaf.hpp"
#include "upload/reading.hpp"

namespace buildd {

namespace {

UploadExpectation expectation_of(const db::UploadTarget& target) {
    const TargetFacts& place = target.build.target;
    return {target.build.source,
            place.architecture_tag,
            target.build.arch_indep,
            policy::suite_name(place),
            place.series,
            policy::suite_name("", place.series, place.pocket)};
}

class Examination {
 public:
    explicit Examination(const db::UploadTarget& target) : expected_(expectation_of(target)) {}

    Examined run(const std::string& leaf, const std::string& changes_path) {
        const Reading reading = read_leaf(changes_path);
        const Changes& changes = reading.changes;
        Reasons& reasons = examined_.reasons;
        if (!reading.malformed.empty()) {
            reasons.add(reading.malformed);
            return std::move(examined_);
        }
        reasons.add(check_identity(changes, expected_));
        reasons.add(check_unlisted(changes, leaf_files(leaf, changes_path)));
        const std::string folder = parent_of(changes_path);
        for (const auto& file : changes.files) look_at(file, folder + "/" + file.name, reading);
        std::vector<BinaryFields> all;
        for (const auto& binary : examined_.binaries) all.push_back(binary.fields);
        reasons.add(check_together(all));
        return std::move(examined_);
    }

 private:
    void look_at(const ListedFile& file, const std::string& path, const Reading& reading) {
        if (const auto reason = why_unreadable(path)) return examined_.reasons.add(*reason);
        auto seen = SeenFile::read(path);
        if (!seen) throw Failure(ExitStatus::unavailable, seen.error().message);
        if (const auto difference = file_difference(file, seen->digests()))
            return examined_.reasons.add(*difference);
        examined_.files.push_back({file.name, seen->digests().sha256});
        if (is_binary_package(file.name)) take(std::move(*seen), file.name, reading);
    }

    void take(SeenFile seen, const std::string& name, const Reading& reading) {
        const auto unreadable = reading.unreadable.find(name);
        if (unreadable != reading.unreadable.end())
            return examined_.reasons.add(unreadable->second);
        const auto package = reading.packages.find(name);
        if (package == reading.packages.end())
            throw Failure(ExitStatus::unavailable, name + " was not read");
        examined_.reasons.add(check_binary(package->second, reading.changes, expected_));
        examined_.binaries.push_back({package->second, std::move(seen)});
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
        db::NewBinary row{fields.package,
                          fields.version,
                          fields.architecture,
                          fields.provides,
                          file_type(fields.file),
                          {},
                          {}};
        row.multiarch = fields.multiarch;
        row.file.filename = fields.file;
        row.file.digests = file.digests();
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace buildd
