#include "sandbox/sqlite_files.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace tidegate::sandbox {

namespace {

constexpr int kSchemaVersion = 1;
// The writer has its own thread and may wait for a backup tool; readers run on the caller's thread.
constexpr int kWriterBusyTimeoutMs = 2000;
constexpr int kReaderBusyTimeoutMs = 50;

std::string result_name(int code) {
  switch (code & 0xFF) {
    case SQLITE_BUSY:
      return "SQLITE_BUSY";
    case SQLITE_LOCKED:
      return "SQLITE_LOCKED";
    case SQLITE_FULL:
      return "SQLITE_FULL";
    case SQLITE_IOERR:
      return "SQLITE_IOERR";
    case SQLITE_CORRUPT:
      return "SQLITE_CORRUPT";
    case SQLITE_NOTADB:
      return "SQLITE_NOTADB";
    case SQLITE_READONLY:
      return "SQLITE_READONLY";
    case SQLITE_CANTOPEN:
      return "SQLITE_CANTOPEN";
    case SQLITE_NOMEM:
      return "SQLITE_NOMEM";
    default:
      return "SQLITE_" + std::to_string(code);
  }
}

/// What an operator can do about it.
std::string advice(int code) {
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "the state database is locked by another program";
    case SQLITE_FULL:
      return "the disk of the state database is full";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "the state database is damaged: restore it from a backup, or move it away to start empty";
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      return "the state database can't be opened for writing";
    default:
      return "the state database failed";
  }
}

bool is_passing(int code) {
  const int primary = code & 0xFF;
  return primary == SQLITE_BUSY || primary == SQLITE_LOCKED || primary == SQLITE_FULL ||
         primary == SQLITE_NOMEM;
}

std::unique_ptr<SQLite::Database> open(const std::filesystem::path& file, int flags, int busy_timeout_ms) {
  auto database =
      std::make_unique<SQLite::Database>(file.string(), flags | SQLite::OPEN_NOMUTEX, busy_timeout_ms);
  database->exec("PRAGMA trusted_schema = OFF; PRAGMA cache_size = -1024;");
  return database;
}

/// SQLite makes its files as readable as the umask lets it; the log and its index copy the database's mode.
void create_private(const std::filesystem::path& file) {
  const int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (made < 0) {
    throw UpstreamFailure(
        "the state database " + file.string() + " can't be opened: " + std::system_category().message(errno),
        {.service = "sqlite", .operation = "open", .code = "SQLITE_CANTOPEN", .request_id = {}});
  }
  ::close(made);
}

}  // namespace

UpstreamFailure sqlite_failure(const std::string& operation, const SQLite::Exception& failure) {
  const int code = failure.getErrorCode();
  return {advice(code) + " (" + operation + ": " + failure.what() + ")",
          {.service = "sqlite",
           .operation = operation,
           .code = result_name(code),
           .request_id = {},
           .retryable = is_passing(code)}};
}

void prepare_database(const std::filesystem::path& file) {
  create_private(file);
  try {
    const auto database = open(file, SQLite::OPEN_READWRITE, kWriterBusyTimeoutMs);
    database->exec("PRAGMA journal_mode = WAL;");
    const int version = database->execAndGet("PRAGMA user_version").getInt();
    if (version > kSchemaVersion) {
      throw UpstreamFailure(
          "the state database was written by a newer tidegate (schema " + std::to_string(version) +
              ", this one knows " + std::to_string(kSchemaVersion) + ")",
          {.service = "sqlite", .operation = "open", .code = "newer_schema", .request_id = {}});
    }
    if (version == kSchemaVersion) return;
    SQLite::Transaction transaction(*database, SQLite::TransactionBehavior::IMMEDIATE);
    database->exec(
        "CREATE TABLE documents ("
        "  partition TEXT NOT NULL, sort TEXT NOT NULL, body TEXT NOT NULL,"
        "  version INTEGER NOT NULL, expires_at INTEGER,"
        "  UNIQUE (partition, sort));"
        "CREATE INDEX documents_by_expiry ON documents (expires_at) WHERE expires_at IS NOT NULL;");
    database->exec("PRAGMA user_version = " + std::to_string(kSchemaVersion));
    transaction.commit();
  } catch (const SQLite::Exception& failure) {
    throw sqlite_failure("open", failure);
  }
}

std::unique_ptr<SQLite::Database> open_writer(const std::filesystem::path& file) {
  auto database = open(file, SQLite::OPEN_READWRITE, kWriterBusyTimeoutMs);
  // A burst writes each operation several times: its log may stay 16 MiB long, 8 MiB of pages stay in memory.
  database->exec(
      "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 16777216; PRAGMA cache_size = -8192;");
  return database;
}

std::unique_ptr<SQLite::Database> open_reader(const std::filesystem::path& file) {
  return open(file, SQLite::OPEN_READONLY, kReaderBusyTimeoutMs);
}

}  // namespace tidegate::sandbox
