#include "db/database.hpp"

#include <array>
#include <cassert>
#include <cerrno>
#include <csignal>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include "base/text.hpp"

namespace buildd::db {

namespace {

constexpr const char* division_by_zero = "22012";
constexpr const char* lock_not_available = "55P03";
constexpr const char* read_only_transaction = "25006";

PGconn* connect(const std::string& conninfo, const std::string& application) {
    // A keyword given in `conninfo` overrides the same one before it.
    const std::array<const char*, 5> names{"connect_timeout", "client_encoding",
                                           "fallback_application_name", "dbname", nullptr};
    const std::array<const char*, 5> values{"10", "UTF8", application.c_str(), conninfo.c_str(),
                                            nullptr};
    return PQconnectdbParams(names.data(), values.data(), 1);
}

// libpq's own message would repeat the part that it does not understand: it may be a password.
const std::string& checked(const std::string& conninfo) {
    const bool name_only = conninfo.find_first_of("=:/") == std::string::npos;
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
        PQconninfoParse(conninfo.c_str(), nullptr), &PQconninfoFree);
    if (name_only || options) return conninfo;
    throw Failure(ExitStatus::bad_config,
                  "database: libpq understands neither a conninfo (key=value …) nor a URI in it");
}

// A server refusing the connection repeats itself for each address it tried.
std::string first_line(std::string_view text) {
    return mask_passwords(one_line(trim(text.substr(0, trim(text).find('\n')))));
}

}  // namespace

bool is_one(std::int64_t changed) {
    if (changed > 1) throw std::logic_error("a statement about one row has changed several");
    return changed == 1;
}

void Database::Close::operator()(pg_conn* connection) const {
    PQfinish(connection);
}

Database::Database(const std::string& conninfo, const StopSignals* signals,
                   const std::string& application)
    : connection_(connect(checked(conninfo), application)),
      signals_(signals),
      conninfo_(conninfo),
      application_(application) {
    PGconn* connection = connection_.get();
    if (PQstatus(connection) != CONNECTION_OK)
        throw Lost("cannot reach the database: " + first_line(PQerrorMessage(connection)));
    PQsetnonblocking(connection, 1);
    PQsetNoticeProcessor(
        connection, [](void*, const char*) {}, nullptr);
}

Database::~Database() = default;

int Database::backend_pid() const {
    return PQbackendPID(connection_.get());
}

std::unique_ptr<Database> Database::another() const {
    return std::make_unique<Database>(conninfo_, signals_, application_);
}

void Database::refused(const PGresult* result) {
    const auto field = [&](int code) {
        const char* text = PQresultErrorField(result, code);
        return std::string(text == nullptr ? "" : text);
    };
    const std::string state = field(PG_DIAG_SQLSTATE);
    const std::string message = field(PG_DIAG_MESSAGE_PRIMARY);
    if (state.starts_with("57P0"))  // it is going away
        throw Lost("the database ended the connection: " + message);
    if (state == read_only_transaction)
        throw Lost("the database can only be read (is it a standby?): " + message);
    if (state == division_by_zero && !guard_.empty())
        throw Lost("the farm's lock in the database is not held any more: nothing is written");
    if (state == lock_not_available) ++lock_waits_;
    throw StatementError(state, message);
}

void Database::lost() {
    throw Lost("the connection to the database was lost: " +
               first_line(PQerrorMessage(connection_.get())));
}

void Database::wait(short events) {
    const int stop_fd = signals_ == nullptr ? -1 : signals_->fd();
    std::array<pollfd, 2> fds{{{PQsocket(connection_.get()), events, 0}, {stop_fd, POLLIN, 0}}};
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(give_up_ - std::chrono::steady_clock::now());
    if (left.count() <= 0) throw Lost("the database has not answered for a long time");
    const int ready = ::poll(fds.data(), fds.size(), static_cast<int>(left.count()));
    if (ready < 0 && errno != EINTR) throw Lost("cannot wait for the database");
    if (ready > 0 && fds[1].revents != 0) throw Interrupted(signals_->pending().value_or(SIGTERM));
    if (ready > 0 && PQconsumeInput(connection_.get()) == 0) lost();
}

Rows Database::finish() {
    PGconn* connection = connection_.get();
    ++round_trips_;
    give_up_ = std::chrono::steady_clock::now() + deadline_;
    for (int unsent = PQflush(connection); unsent != 0; unsent = PQflush(connection)) {
        if (unsent < 0) lost();
        wait(POLLIN | POLLOUT);
    }
    std::shared_ptr<PGresult> last, failed;
    for (;;) {
        while (PQisBusy(connection) != 0) wait(POLLIN);
        std::shared_ptr<PGresult> result(PQgetResult(connection), &PQclear);
        if (PQstatus(connection) != CONNECTION_OK) lost();
        if (!result && PQpipelineStatus(connection) == PQ_PIPELINE_OFF) break;
        if (!result) continue;  // in a pipeline only one statement is at its end
        const auto status = PQresultStatus(result.get());
        if (status == PGRES_PIPELINE_SYNC) break;
        if (status == PGRES_FATAL_ERROR && !failed) failed = result;
        last = result;
    }
    PQexitPipelineMode(connection);  // nothing where there is none
    if (failed) refused(failed.get());
    return Rows(last);
}

void Database::send(const char* sql, const std::vector<Param>& params) {
    std::vector<const char*> values;
    for (const auto& param : params) values.push_back(param ? param->c_str() : nullptr);
    if (PQsendQueryParams(connection_.get(), sql, static_cast<int>(values.size()), nullptr,
                          values.data(), nullptr, nullptr, 0) == 0)
        lost();
}

Rows Database::run(const char* sql, const std::vector<Param>& params) {
    send(sql, params);
    return finish();
}

// Both statements are one transaction of the server's, and are sent together.
Rows Database::run_guarded(const char* sql, const std::vector<Param>& params) {
    if (guard_.empty() || depth_ > 0) return run(sql, params);
    if (PQenterPipelineMode(connection_.get()) == 0) lost();
    send(guard_.c_str(), {});
    send(sql, params);
    if (PQpipelineSync(connection_.get()) == 0) lost();
    return finish();
}

Rows Database::script(const std::string& sql) {
    if (PQsendQuery(connection_.get(), sql.c_str()) == 0) lost();
    return finish();
}

void Database::rehearse() {
    if (std::exchange(rehearsing_, true)) return;
    script("BEGIN");
    ++depth_;
}

Transaction::Transaction(Database& database) : database_(database), depth_(database.depth_) {
    database_.script(depth_ == 0 ? "BEGIN; " + database_.guard_
                                 : fmt::format("SAVEPOINT part_{}", depth_));
    ++database_.depth_;
}

Transaction::~Transaction() {
    if (!no_waiting_) return;
    database_.depth_ = depth_;
    try {
        database_.script(depth_ == 0 ? "ROLLBACK"
                                     : fmt::format("ROLLBACK TO SAVEPOINT part_{}", depth_));
    } catch (const std::exception&) {  // the session is gone, and the transaction with it
    }
}

void Transaction::commit() {
    assert(no_waiting_);
    no_waiting_.reset();
    database_.depth_ = depth_;
    database_.script(depth_ == 0 ? "COMMIT" : fmt::format("RELEASE SAVEPOINT part_{}", depth_));
}

std::string shown_conninfo(const std::string& conninfo) {
    if (conninfo.empty()) return conninfo;
    PQconninfoOption* options = PQconninfoParse(conninfo.c_str(), nullptr);
    if (options == nullptr) return "(not understood by libpq)";
    std::string out;
    for (auto* option = options; option->keyword != nullptr; ++option) {
        if (option->val == nullptr) continue;
        const bool secret = std::string_view(option->dispchar).starts_with('*');
        out += fmt::format("{}{}={}", out.empty() ? "" : " ", option->keyword,
                           secret ? "***" : option->val);
    }
    PQconninfoFree(options);
    return out;
}

}  // namespace buildd::db
