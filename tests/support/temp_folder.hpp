// A folder that goes with the test.
#pragma once

#include <string>
#include <string_view>

namespace buildd::test {

class TempFolder {
 public:
    TempFolder();
    ~TempFolder();
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    const std::string& path() const { return path_; }
    // Writes a file below the folder, its folders too; answers its path.
    std::string write(const std::string& name, std::string_view content) const;

 private:
    std::string path_;
};

std::string read(const std::string& path);

// A file of fixtures/, e.g. "wire/status-idle.response.xml".
std::string fixture(const std::string& name);
std::string fixture_path(const std::string& name);

}  // namespace buildd::test
