#include "farm/papers.hpp"

#include "base/seen_file.hpp"
#include "db/library.hpp"
#include "farm/job_folder.hpp"

namespace buildd::farm {

namespace {

constexpr std::size_t most = 10;
constexpr std::uint64_t largest = 8 << 20;

struct Paper {
    std::string name, path;
};

std::vector<Paper> papers_of(const JobFolder& folder, const FileMap& files) {
    std::vector<Paper> papers;
    for (const auto& [name, sum] : files) {
        if (!name.ends_with(".changes") && !name.ends_with(".buildinfo")) continue;
        const auto size = folder.verified_size(sum);
        if (size && *size <= largest && papers.size() < most)
            papers.push_back({name, folder.verified(sum)});
    }
    return papers;
}

Result<LibraryFile> store(const Librarian& librarian, StoredFile& into, const Paper& paper) {
    auto seen = SeenFile::read(paper.path);
    if (!seen) return seen.error();
    return librarian.adopt(into, *seen, paper.name, "text/plain");
}

}  // namespace

net::Task<Result<Papers>> store_papers(const Farm& farm, const RunningJob& job,
                                       const FileMap& files) {
    const auto papers = papers_of(JobFolder(farm.settings(), job.cookie()), files);
    Papers kept;
    for (const auto id : db::new_file_ids(farm.database, papers.size())) {
        auto begun = farm.librarian.begin(id, job.build.archive.is_private);
        if (!begun) co_return begun.error();
        kept.stored.push_back(std::move(*begun));
    }
    auto stored = co_await farm.loop.offload([&]() -> Result<void> {
        for (std::size_t i = 0; i < papers.size(); ++i) {
            auto file = store(farm.librarian, kept.stored[i], papers[i]);
            if (!file) return file.error();
            kept.files.push_back(std::move(*file));
        }
        return {};
    });
    if (!stored) co_return stored.error();
    co_return kept;
}

}  // namespace buildd::farm
