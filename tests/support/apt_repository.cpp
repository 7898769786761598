#include "support/apt_repository.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <fstream>

#include "base/digest.hpp"
#include "librarian/gzip.hpp"

namespace buildd::test {

namespace fs = std::filesystem;

namespace {

DigestKind kind_of(const std::string& field) {
    if (field == "SHA256") return DigestKind::sha256;
    return field == "SHA1" ? DigestKind::sha1 : DigestKind::md5;
}

}  // namespace

std::string gzipped(const std::string& bytes) {
    std::string out;
    GzipStream stream([&out](std::string_view piece) -> Result<void> {
        out.append(piece);
        return {};
    });
    (void)stream.write(bytes);
    (void)stream.finish();
    return out;
}

std::string stanza(const std::string& package, const std::string& version,
                   const std::string& architecture, const std::string& more) {
    return fmt::format("Package: {}\nVersion: {}\nArchitecture: {}\n{}\n", package, version,
                       architecture, more);
}

void AptRepository::put(const std::string& suite, const std::string& path,
                        const std::string& content) {
    files_[suite][path] = content;
    alter(suite, path, content);
}

void AptRepository::put_index(const std::string& suite, const std::string& component,
                              const std::string& tag, const std::string& stanzas) {
    const std::string path = fmt::format("{}/binary-{}/Packages", component, tag);
    put(suite, path, stanzas);
    put(suite, path + ".gz", gzipped(stanzas));
    remove(suite, path);  // mirrors list it without having it
}

void AptRepository::forget(const std::string& suite, const std::string& component) {
    std::erase_if(files_[suite],
                  [&](const auto& file) { return file.first.starts_with(component + "/"); });
}

void AptRepository::alter(const std::string& suite, const std::string& path,
                          const std::string& content) const {
    const fs::path file = fs::path(folder_) / "dists" / suite / path;
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << content;
}

void AptRepository::remove(const std::string& suite, const std::string& path) const {
    fs::remove(fs::path(folder_) / "dists" / suite / path);
}

std::string AptRepository::release_text(const std::string& suite, const std::string& field) {
    std::string text = fmt::format("Suite: {}\nComponents: main universe\n{}:\n", suite, field);
    for (const auto& [path, content] : files_[suite])
        text += fmt::format(" {} {} {}\n", digest(kind_of(field), content), content.size(), path);
    return text;
}

void AptRepository::release(const std::string& suite, const std::string& more) {
    alter(suite, "Release", more + release_text(suite));
}

}  // namespace buildd::test
