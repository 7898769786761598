// A small apt repository on disk, as a mirror would serve it.
#pragma once

#include <map>
#include <string>

namespace buildd::test {

std::string gzipped(const std::string& bytes);

// "Package: foo\nVersion: 1.0\nArchitecture: i386\n\n", with `more` fields ("Provides: bar\n").
std::string stanza(const std::string& package, const std::string& version,
                   const std::string& architecture = "i386", const std::string& more = "");

class AptRepository {
 public:
    explicit AptRepository(std::string folder) : folder_(std::move(folder)) {}

    const std::string& folder() const { return folder_; }

    // A file of a suite, e.g. ("hoary", "main/binary-i386/Packages.gz", …); release() lists it.
    void put(const std::string& suite, const std::string& path, const std::string& content);
    // Packages and Packages.gz of a component and architecture.
    void put_index(const std::string& suite, const std::string& component, const std::string& tag,
                   const std::string& stanzas);
    // A component that is there no longer.
    void forget(const std::string& suite, const std::string& component);
    // Lies there, but is not listed (again).
    void alter(const std::string& suite, const std::string& path, const std::string& content) const;
    void remove(const std::string& suite, const std::string& path) const;

    // Writes the suite's Release with what was put there; `more`: further fields.
    void release(const std::string& suite, const std::string& more = "");
    // The suite's Release as it would be written.
    std::string release_text(const std::string& suite, const std::string& field = "SHA256");

 private:
    std::string folder_;
    std::map<std::string, std::map<std::string, std::string>> files_;
};

}  // namespace buildd::test
