// The stage of one worker: template database, template of the root folder, and a fleet; each point
// gets copies of the first two, and a fleet put back to the beginning.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "crash/actors.hpp"
#include "fleet_process.hpp"
#include "support/sql.hpp"
#include "support/temp_folder.hpp"

namespace crash {

using buildd::test::TempFolder;

// One point's farm; database and folder go with it.
class Scene {
 public:
    Scene(const std::string& template_database, const std::string& name,
          const std::string& template_root, std::string folder);
    ~Scene();
    Scene(const Scene&) = delete;
    Scene& operator=(const Scene&) = delete;

    buildd::db::Database& database() { return *database_; }
    std::string value(const std::string& sql);
    std::vector<std::string> rows(const std::string& sql);  // columns joined by '|'
    std::string conninfo() const;
    std::string root() const { return folder_ + "/root"; }
    std::string output() const { return folder_ + "/output"; }  // of all programs
    std::string resets() const { return folder_ + "/resets"; }  // a host a line
    // What only time heals: the next probe, mail's and given-back jobs' waiting.
    void let_time_pass();

 private:
    std::string name_, folder_;
    std::unique_ptr<buildd::db::Database> database_;
};

class Stage {
 public:
    explicit Stage(const std::string& name);
    ~Stage();
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    std::unique_ptr<Scene> open();
    // NAME=VALUE for the program in this scene.
    std::vector<std::string> environment(const Scene& scene) const;

    fleet::Fleet& fleet() const { return *fleet_; }
    std::string scene_folder() const { return folder_.path() + "/scene"; }
    std::string mails() const { return folder_.path() + "/mails"; }
    // What this actor's or piece's builder serves.
    std::string log_of(const std::string& name) const { return folder_.path() + "/logs/" + name; }
    std::string results_of(const std::string& name) const;
    static std::string leaf_of(int build);  // of the uploads in scene.sql
    static std::string doubtful_leaf();     // moved by a pass that died before its COMMIT

 private:
    void make_results();
    void make_database();
    void make_root();
    void make_leaf(const std::string& folder, const std::string& name, int build);
    std::vector<std::string> statements() const;
    std::string opening() const;

    std::string name_;
    TempFolder folder_;
    std::unique_ptr<fleet::Fleet> fleet_;
};

// The conninfo of the tests' server (or of $CRASH_POSTGRES) with this database.
std::string conninfo_of(const std::string& database);

}  // namespace crash
