// One PostgreSQL session over libpq (this module is its only user).
//
// Calls wait for the server, but never longer than `statement_deadline`, and give up at once when
// a stop signal arrives. All SQL of the program stands in lib/db as named operations.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/failure.hpp"
#include "base/no_waiting.hpp"
#include "base/stop_signals.hpp"
#include "db/params.hpp"
#include "db/rows.hpp"

struct pg_conn;
struct pg_result;

namespace buildd::db {

// The session is gone, or never came about. Nothing more may be done in this run (exit 69).
class Lost : public Failure {
 public:
    explicit Lost(const std::string& sentence) : Failure(ExitStatus::unavailable, sentence) {}
};

// The server refused one statement; the session goes on. `what()` holds the server's primary
// message only: its details repeat values.
class StatementError : public std::runtime_error {
 public:
    StatementError(std::string sqlstate, const std::string& sentence)
        : std::runtime_error(sentence), sqlstate_(std::move(sqlstate)) {}
    const std::string& sqlstate() const { return sqlstate_; }
    // A lock was not to be had in time, or two waited for each other: it may go well later.
    bool is_busy() const { return sqlstate_ == "55P03" || sqlstate_ == "40P01"; }
    // What may be there once is there already.
    bool is_taken() const { return sqlstate_ == "23505"; }
    // Values that it cannot hold, whenever it is tried: data exceptions, a check that fails, a
    // word that is too long for an index.
    bool is_about_values() const {
        return sqlstate_.starts_with("22") || sqlstate_ == "23514" || sqlstate_ == "54000";
    }

 private:
    std::string sqlstate_;
};

// `changed`: rows that a statement about one row has changed. true: it was as expected. More than
// one is a programming error (std::logic_error).
bool is_one(std::int64_t changed);

// Longer than the server's own statement_timeout (schema.cpp): then the network is at fault.
inline constexpr std::chrono::seconds statement_deadline{90};

// Reads, begins transactions, and does single statements that guard on what they change. What takes
// several statements takes a Transaction. For one thread at a time.
class Database {
 public:
    // `conninfo`: URI, conninfo or empty. Waiting ends with Interrupted when one of `signals`
    // comes; they must outlive the connection. `application` is what the server calls the session
    // in its lists. Throws Lost.
    explicit Database(const std::string& conninfo, const StopSignals* signals = nullptr,
                      const std::string& application = "buildd-master");
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    // Statements take $1, $2 …; see params.hpp for what may be passed.
    template <class... Args>
    Rows query(const char* sql, const Args&... args) {
        return run(sql, {to_param(args)...});
    }
    // A statement that writes; the rows that it returns.
    template <class... Args>
    Rows change(const char* sql, const Args&... args) {
        return run_guarded(sql, {to_param(args)...});
    }
    // A statement that writes; the number of rows changed.
    template <class... Args>
    std::int64_t execute(const char* sql, const Args&... args) {
        return run_guarded(sql, {to_param(args)...}).changed();
    }
    // A statement that writes one row where that is as the statement expects it; whether it was.
    template <class... Args>
    bool execute_one(const char* sql, const Args&... args) {
        return is_one(execute(sql, args...));
    }
    // Several statements without parameters in one round trip; the rows of the last.
    Rows script(const std::string& sql);

    // From now on nothing that is done lasts: everything happens in one transaction that is never
    // committed (spec: behaviour §2.8). Only sequences move on, as after any rollback.
    void rehearse();
    bool rehearsing() const { return rehearsing_; }

    // How long an answer of the server is waited for.
    void wait_at_most(std::chrono::seconds deadline) { deadline_ = deadline; }

    // Every transaction that may write, and every such statement outside of one, begins with this
    // statement from now on: it divides by zero unless they may, and then nothing is written and
    // Lost thrown. It costs no round trip. "" again: none.
    void guard_writes(std::string guard) { guard_ = std::move(guard); }

    std::uint64_t round_trips() const { return round_trips_; }
    int lock_waits() const { return lock_waits_; }  // that were in vain
    // As the server said when the session began; behind a pooler it may be no process of it.
    int backend_pid() const;
    // A second session like this one.
    std::unique_ptr<Database> another() const;

 private:
    friend class Transaction;
    Rows run(const char* sql, const std::vector<Param>& params);
    Rows run_guarded(const char* sql, const std::vector<Param>& params);
    void send(const char* sql, const std::vector<Param>& params);
    Rows finish();
    void wait(short events);
    [[noreturn]] void refused(const pg_result* result);
    [[noreturn]] void lost();

    struct Close {
        void operator()(pg_conn* connection) const;
    };
    std::unique_ptr<pg_conn, Close> connection_;
    const StopSignals* signals_;
    std::string conninfo_, application_;
    std::string guard_;
    int lock_waits_ = 0;
    std::uint64_t round_trips_ = 0;
    int depth_ = 0;  // of open transactions
    bool rehearsing_ = false;
    std::chrono::seconds deadline_ = statement_deadline;
    std::chrono::steady_clock::time_point give_up_;
};

// Statements that take effect together: rolled back unless committed. To ask for one in a parameter
// is to say that the caller's other statements belong to it. While one is open the thread waits for
// nothing but the database (no_waiting.hpp). One inside another is a part of it that can be rolled
// back alone; they end in reverse order. The database outlives it.
class Transaction {
 public:
    explicit Transaction(Database& database);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    // As those of Database, within this transaction.
    template <class... Args>
    Rows query(const char* sql, const Args&... args) {
        return database_.query(sql, args...);
    }
    template <class... Args>
    Rows change(const char* sql, const Args&... args) {
        return database_.change(sql, args...);
    }
    template <class... Args>
    std::int64_t execute(const char* sql, const Args&... args) {
        return database_.execute(sql, args...);
    }
    template <class... Args>
    bool execute_one(const char* sql, const Args&... args) {
        return database_.execute_one(sql, args...);
    }
    Rows script(const std::string& sql) { return database_.script(sql); }

    // What reads, or is one statement wherever it happens, happens within this transaction.
    operator Database&() { return database_; }  // NOLINT(google-explicit-constructor)

    // Throws Lost when the session ends before the answer: it may or may not have taken effect.
    // Nothing may be done with it afterwards.
    void commit();

 private:
    Database& database_;
    std::optional<NoWaiting> no_waiting_{std::in_place};
    int depth_;  // 0: the outermost
};

// The conninfo as it may be shown to anyone: without its password.
std::string shown_conninfo(const std::string& conninfo);

}  // namespace buildd::db
