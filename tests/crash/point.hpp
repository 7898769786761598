// One point of the matrix: a fresh scene, the program struck at one call, ordinary passes, and then
// the question whether everything is whole again.
#pragma once

#include <string>
#include <vector>

#include "crash/invariants.hpp"
#include "crash/tracer.hpp"

namespace crash {

// What is run and struck: "scan", "collect", "dispatch", "cycle", "work", "queue-build",
// "process-upload"; "cut": a `cycle` that ends in the middle of a result, a log and a start, which
// the passes after it go on with; or "uploader": `collect`, of which only the uploaders' calls are
// points.
struct Play {
    std::string name;
    std::vector<std::string> arguments;  // `%r`: the farm's root
    Whom whom = Whom::program;
    bool cut = false;
};
const std::vector<Play>& plays();
const Play* find_play(const std::string& name);

struct PointEnd {
    TracedEnd end;
    std::vector<std::string> violations;
    std::string output;  // of all programs, where there are violations
    int passes = 0;      // that made the farm whole
};

class Theatre {
 public:
    Theatre(const std::string& name, std::string program);

    PointEnd run(const Play& play, const Strike& strike, const Tracer::Witness& witness = {});

    std::string root() const { return stage_.scene_folder() + "/root"; }
    // The cookies of the jobs that builders are done with.
    std::map<std::string, std::string> jobs_by_port() const;

 private:
    Launch launch(const Scene& scene, const std::vector<std::string>& words) const;
    void judge_end(const Strike& strike, PointEnd& point) const;
    static void judge_cut(const Scene& scene, PointEnd& point);
    void recover(Scene& scene, const Strike& strike, PointEnd& point);
    void pass(Scene& scene, const Strike& strike, PointEnd& point);
    void command(Scene& scene, const std::vector<std::string>& words, PointEnd& point,
                 const std::vector<int>& good);

    Stage stage_;
    std::string program_;
    Tracer tracer_;
    Circumstances circumstances_;
};

}  // namespace crash
