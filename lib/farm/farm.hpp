// What every flow of a pass has at hand.
#pragma once

#include <map>
#include <string>

#include "base/log.hpp"
#include "base/settings.hpp"
#include "db/database.hpp"
#include "farm/pass_clock.hpp"
#include "farm/report.hpp"
#include "librarian/librarian.hpp"
#include "net/http.hpp"
#include "net/loop.hpp"
#include "policy/collect.hpp"
#include "policy/counted.hpp"
#include "policy/obstacles.hpp"
#include "policy/starts.hpp"
#include "worker/client.hpp"

namespace buildd::farm {

// Nobody is reset by a command that cannot be right, nor used without.
policy::ResetRules reset_rules(const LoadedSettings& loaded);

struct Farm {
    const LoadedSettings& loaded;
    Log& log;
    db::Database& database;
    net::Loop& loop;
    net::Http& http;
    net::Semaphore& results;  // whose results or log are being taken: each has files open (L31)
    const Librarian& librarian;
    Report& report;
    PassClock& clock;
    bool dry_run = false;

    const Settings& settings() const { return loaded.settings; }
    policy::Thresholds thresholds() const;
    policy::CollectLimits limits() const;
    policy::StartRules start_rules() const;
    // Bytes of one more file that may wait to be written or compressed: all files together keep a
    // few MiB.
    std::size_t piece_room() const;
    policy::ResetRules reset_rules() const { return farm::reset_rules(loaded); }

    // true in a dry run, having said what would be done: the caller then leaves it.
    template <class... Args>
    bool only_says(fmt::format_string<Args...> text, Args&&... args) const {
        if (dry_run) report.would(fmt::format(text, std::forward<Args>(args)...));
        return dry_run;
    }

    // Work that flows share, so that its failure ends none of them: what the database refuses is
    // said after `failed`; a lock that somebody holds needs no person, for the next pass tries
    // again, unless it is one on a whole table (Failure).
    template <class Work>
    void guarded(const char* failed, Work&& work) const {
        try {
            work();
        } catch (const db::StatementError& error) {
            note_failure(failed, error.what(), error.is_busy());
        } catch (const std::logic_error& error) {
            note_failure(failed, error.what(), false);
        }
    }

    // Logs a standing cause that needs a person: loudly once an hour, else at INFO; exit status 1
    // either way (spec: behaviour §2.10). `cause` names it for the database.
    void needs_person(const std::string& cause, Level level, const std::string& message) const;

    // Our disk, librarian … has failed us: exit status 69. Told as a standing cause is, once for
    // all that met with the same error.
    void our_fault(const std::string& message) const;

    // What the database refused of an item of work, which is undone: a row that somebody holds is
    // for a later run.
    void refused(const std::string& item, const db::StatementError& error) const;

 private:
    void note_failure(const char* failed, const char* why, bool busy) const;
};

// `<root>/<folder>/<name>`.
std::string place(const Settings& settings, const char* folder, const std::string& name);

}  // namespace buildd::farm
