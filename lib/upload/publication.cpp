#include "upload/publication.hpp"

#include <fmt/format.h>

#include "db/claims.hpp"
#include "db/library.hpp"
#include "upload/publish.hpp"

namespace buildd {

namespace {

using End = Published::End;

class Publication {
 public:
    Publication(const UploadTools& tools, const LeafToPublish& leaf) : tools_(tools), leaf_(leaf) {}

    net::Task<Published> run() {
        store();
        if (tools_.publish_command.empty()) co_return publish_at_once();
        auto command = prepare_publish(publish_order());
        auto reasons = rehearse();
        if (reasons.empty()) reasons = claim();
        if (!reasons.empty()) co_return Published{End::rejected, std::move(reasons)};
        const PublishEnd end =
            co_await run_publish_command(tools_.loop, tools_.log, std::move(command));
        co_return after_command(end);
    }

 private:
    // They are kept once a transaction names them; else a sweep removes them.
    void store() {
        binaries_ = rows_of(leaf_.examined);
        const auto ids = db::new_file_ids(tools_.database, binaries_.size());
        for (std::size_t i = 0; i < ids.size(); ++i) {
            auto begun = tools_.librarian.begin(ids[i], leaf_.target.build.archive.is_private);
            if (!begun) throw Failure(ExitStatus::unavailable, begun.error().message);
            auto file = tools_.librarian.adopt(*begun, leaf_.examined.binaries[i].file,
                                               binaries_[i].file.filename,
                                               "application/vnd.debian.binary-package");
            if (!file) throw Failure(ExitStatus::unavailable, file.error().message);
            binaries_[i].file = std::move(*file);
            stored_.push_back(std::move(*begun));
        }
    }

    // Nothing outside the database is told of it: one transaction for all.
    Published publish_at_once() {
        db::Transaction transaction(tools_.database);
        auto reasons = claim_within(transaction);
        if (reasons.empty()) reasons = unless_it_holds([&] { commit_rows(transaction); });
        return {reasons.empty() ? End::done : End::rejected, std::move(reasons)};
    }

    // What the database cannot hold is found before publish_command tells the world: nothing of
    // this is committed. What is there already claim() tells.
    Reasons rehearse() {
        return unless_it_holds([&] {
            db::Transaction transaction(tools_.database);
            try {
                db::publish(transaction, leaf_.target, binaries_);
            } catch (const db::StatementError& error) {
                if (!error.is_taken()) throw;
            }
        });
    }

    template <class Work>
    static Reasons unless_it_holds(Work&& work) {
        Reasons reasons;
        try {
            work();
        } catch (const db::StatementError& error) {
            if (!error.is_about_values()) throw;
            reasons.add(fmt::format("the database cannot hold it: {}", error.what()));
        }
        return reasons;
    }

    Reasons claim() {
        db::Transaction transaction(tools_.database);
        auto reasons = claim_within(transaction);
        if (reasons.empty()) transaction.commit();
        return reasons;
    }

    Reasons claim_within(db::Transaction& transaction) {
        const auto claiming = db::claim(transaction, leaf_.target, binaries_, leaf_.examined.files);
        if (!claiming.waits) throw no_longer_waits();
        fresh_ = claiming.fresh;
        Reasons reasons;
        reasons.add(claiming.reasons);
        if (!reasons.empty() && claiming.earlier)
            reasons.add("an earlier try has run publish_command for it: some of it may be there");
        return reasons;
    }

    PublishOrder publish_order() const {
        const UploadOrder& order = leaf_.order;
        return {order.root,
                order.leaf,
                tools_.publish_command,
                tools_.timeout,
                {{"changes", leaf_.changes_path},
                 {"leaf", leaf_.folder},
                 {"archive", leaf_.target.build.archive.name},
                 {"suite", order.suite},
                 {"distro", order.distribution}},
                tools_.lock_fd};
    }

    // Where it is not known what has become of the packages, the claims stay.
    Published after_command(const PublishEnd& end) {
        const bool untouched = fresh_ && !end.started;
        if (untouched || end.what == Publishing::refused)
            db::give_back_claims(tools_.database, leaf_.target.build.id, leaf_.order.leaf);
        switch (end.what) {
            case Publishing::refused:
                return {End::refused, {}};
            case Publishing::given_up:
                return {End::given_up, {}};
            case Publishing::failed:
                throw Failure(ExitStatus::unavailable, "publish_command: " + end.why);
            case Publishing::done:
                break;
        }
        db::Transaction transaction(tools_.database);
        commit_rows(transaction);
        return {};
    }

    void commit_rows(db::Transaction& transaction) {
        try {
            if (!db::publish(transaction, leaf_.target, binaries_)) throw no_longer_waits();
        } catch (const db::StatementError& error) {
            if (!error.is_taken()) throw;
            // Somebody published the same without a claim: the next try finds it and says so.
            throw Failure(ExitStatus::busy, error.what());
        }
        transaction.commit();
        for (auto& file : stored_) file.keep();
    }

    Failure no_longer_waits() const {
        return {ExitStatus::bad_input, fmt::format("build {} no longer waits for {}",
                                                   leaf_.order.build.value, leaf_.order.leaf)};
    }

    const UploadTools& tools_;
    const LeafToPublish& leaf_;
    std::vector<StoredFile> stored_;
    std::vector<db::NewBinary> binaries_;
    bool fresh_ = false;  // no earlier try has claimed for this leaf
};

}  // namespace

net::Task<Published> publish_leaf(const UploadTools& tools, const LeafToPublish& leaf) {
    Publication publication(tools, leaf);
    auto published = co_await publication.run();
    co_return published;
}

}  // namespace buildd
