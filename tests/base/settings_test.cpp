#include "base/settings.hpp"

#include "base/failure.hpp"
#include "base/files.hpp"
#include "support/temp_folder.hpp"
#include "test.hpp"

using namespace buildd;

namespace {

using Environment = std::map<std::string, std::string>;

LoadedSettings load(const std::map<std::string, std::string>& options,
                    const Environment& environment, const std::string& file) {
    const auto look_up = [&](const std::string& name) -> std::optional<std::string> {
        const auto found = environment.find(name);
        if (found == environment.end()) return std::nullopt;
        return found->second;
    };
    return load_settings(options, look_up, file);
}

std::string complaint(const std::function<void()>& call) {
    try {
        call();
    } catch (const Failure& failure) {
        CHECK(failure.status() == ExitStatus::bad_config);
        return failure.what();
    }
    return "";
}

}  // namespace

TEST_CASE("an option beats the environment which beats the file which beats the default") {
    const test::TempFolder folder;
    const std::string file = folder.write("conf", "upload_jobs = 3\nsmtp_timeout = 7\nroot = /f\n");
    const auto loaded =
        load({{"upload_jobs", "5"}},
             {{"BUILDD_MASTER_UPLOAD_JOBS", "4"}, {"BUILDD_MASTER_ROOT", "/e"}}, file);
    CHECK(loaded.settings.upload_jobs == 5);
    CHECK(loaded.settings.root == "/e");
    CHECK(loaded.settings.smtp_timeout == std::chrono::seconds(7));
    CHECK(loaded.settings.pass_timeout == std::chrono::seconds(50));
    CHECK(loaded.texts.at("upload_jobs").origin == "option");
    CHECK(loaded.texts.at("root").origin == "environment");
    CHECK(loaded.texts.at("smtp_timeout").origin == file + ", line 2");
    CHECK(loaded.texts.at("pass_timeout").origin == "default");
}

TEST_CASE("a value is the rest of its line") {
    const test::TempFolder folder;
    const auto file =
        folder.write("conf",
                     "# a comment\n\n"
                     "database = host=/x user=a dbname=b # not a comment, \"quoted\"\n"
                     "publish_command = pub --to 'the archive' %(changes)s\n");
    const auto settings = load({}, {}, file).settings;
    CHECK(settings.database == "host=/x user=a dbname=b # not a comment, \"quoted\"");
    CHECK(settings.publish_command ==
          std::vector<std::string>{"pub", "--to", "the archive", "%(changes)s"});
}

TEST_CASE("a mistake in the configuration is named with its file and line") {
    const test::TempFolder folder;
    const auto says = [&](const std::string& content) {
        const auto file = folder.write("conf", content);
        return complaint([&] { load({}, {}, file); });
    };
    const std::string path = folder.path() + "/conf";
    CHECK(says("\nbogus = 1\n") == path + ", line 2: there is no setting 'bogus'");
    CHECK(says("upload_job = 3\n") ==
          path + ", line 1: there is no setting 'upload_job'; did you mean 'upload_jobs'?");
    CHECK(says("root = /a\nroot = /b\n") ==
          path + ", line 2: 'root' already stands in " + path + ", line 1");
    CHECK(says("root\n") == path + ", line 1 is not of the form key = value");
    CHECK(says("upload_jobs = 0\n") ==
          path + ", line 1: upload_jobs: '0' is not a whole number from 1 to 1000000");
    CHECK(says("ro\x1b[2Jot = 1\n") == path + ", line 1: there is no setting 'ro [2Jot'");
    CHECK(says("root = here\n") == path + ", line 1: root: a path begins with /");
    CHECK(says("librarian_url = ftp://x\n") ==
          path + ", line 1: librarian_url: a URL begins with http:// or https://");
    CHECK(complaint([&] { load({}, {}, folder.path() + "/none"); }) ==
          "cannot open " + folder.path() + "/none: No such file or directory");
}

TEST_CASE("a mistake on the command line or in the environment names the option or variable") {
    const test::TempFolder folder;
    const auto file = folder.write("conf", "");
    CHECK(
        complaint([&] {
            load({{"pass_timeout", "soon"}}, {}, file);
        }) ==
        "option --pass_timeout: pass_timeout: 'soon' is not a duration like 600 s, 10 min, 12 h or "
        "30 d");
    CHECK(complaint([&] {
              load({}, {{"BUILDD_MASTER_NOTIFY_OWNER", "perhaps"}}, file);
          }) == "BUILDD_MASTER_NOTIFY_OWNER: notify_owner: 'perhaps' is neither true nor false");
}

TEST_CASE("the librarian lies below root unless it is set") {
    const test::TempFolder folder;
    CHECK(load({}, {}, folder.write("a", "root = /r\n")).settings.librarian_root == "/r/librarian");
    CHECK(load({}, {}, folder.write("b", "librarian_root = /l\n")).settings.librarian_root == "/l");
}

TEST_CASE("an uploader gets every setting that is not at its default") {
    const test::TempFolder folder;
    const auto loaded = load({}, {}, folder.write("conf", "root = /r\nupload_jobs = 3\n"));
    CHECK(settings_environment(loaded.texts) ==
          std::vector<std::string>{"BUILDD_MASTER_ROOT=/r", "BUILDD_MASTER_UPLOAD_JOBS=3"});
}

TEST_CASE("children get no password that is not for them") {
    const test::TempFolder folder;
    const auto loaded = load({}, {},
                             folder.write("conf",
                                          "database = password=x\nlibrarian_user = l\n"
                                          "librarian_password = x\nsmtp_url = smtp://u:x@h\n"));
    CHECK(settings_environment(loaded.texts) ==
          std::vector<std::string>{"BUILDD_MASTER_DATABASE=password=x"});
    const auto kept = secrets_kept_from_others();
    for (const char* name : {"BUILDD_MASTER_DATABASE", "BUILDD_MASTER_LIBRARIAN_PASSWORD",
                             "BUILDD_MASTER_SMTP_URL", "PGPASSWORD"})
        CHECK(std::find(kept.begin(), kept.end(), name) != kept.end());
}

TEST_CASE("smtp_tls is off or require and nothing else") {
    const test::TempFolder folder;
    CHECK_FALSE(load({}, {}, folder.write("a", "smtp_tls = off\n")).settings.smtp_tls);
    CHECK(load({}, {}, folder.write("b", "smtp_tls = require\n")).settings.smtp_tls);
    CHECK_THROWS_WITH(load({}, {}, folder.write("c", "smtp_tls = true\n")),
                      folder.path() + "/c, line 1: smtp_tls: 'true' is neither off nor require");
}

TEST_CASE("L36 secrets are masked when settings are shown") {
    CHECK(masked_setting("librarian_password", "x") == "***");
    CHECK(masked_setting("smtp_url", "smtp://u:p@host") == "smtp://u:***@host");
    CHECK(masked_setting("root", "/r") == "/r");
}

TEST_CASE("build_timeout has a usual time and times of single sources and architectures") {
    const auto parsed = parse_build_timeouts("7 d, 0ad 20 d, 0ad/riscv64 40 d,*/armel 14 d");
    REQUIRE(parsed.ok());
    CHECK(parsed->usual == std::chrono::hours(7 * 24));
    CHECK(parsed->own_limit("0ad", "amd64") == std::chrono::hours(20 * 24));
    CHECK(parsed->own_limit("0ad", "armel") == std::chrono::hours(20 * 24));
    CHECK(parsed->own_limit("0ad", "riscv64") == std::chrono::hours(40 * 24));
    CHECK(parsed->own_limit("bash", "armel") == std::chrono::hours(14 * 24));
    CHECK_FALSE(parsed->own_limit("bash", "amd64").has_value());
    for (const char* bad : {"", "0 s", "0ad 20 d", "7 d,", "7 d, 20 d", "7 d, 0ad 14",
                            "7 d, 0ad/ 14 d", "7 d, /amd64 14 d", "7 d, 0ad 0 s", "7 d, 0ad"})
        CHECK_FALSE(parse_build_timeouts(bad).ok());
}

TEST_CASE("every default is a value that its setting takes") {
    const test::TempFolder folder;
    const auto loaded = load({}, {}, folder.write("conf", ""));
    CHECK(loaded.texts.size() == setting_specs().size());
    CHECK(loaded.settings.max_file_size == 4ULL << 30);
    CHECK(loaded.settings.job_stall_timeout == std::chrono::hours(12));
}
