#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <memory>
#include <string>

#include "services/error.h"

// Internal to sandbox/sqlite_*: how the state database is opened and how its failures are told.

namespace tidegate::sandbox {

/// What a failure of SQLite is to a caller of the store: which call, SQLite's result name, whether a later
/// attempt may work.
UpstreamFailure sqlite_failure(const std::string& operation, const SQLite::Exception& failure);

/// Brings the database to this version's schema (PRAGMA user_version) and leaves it in WAL mode.
/// Throws UpstreamFailure where it is damaged or newer.
void prepare_database(const std::filesystem::path& file);

/// A connection for one thread at a time. Throws SQLite::Exception. The writer waits 2 s for another
/// program's lock before it gives up, a reader 50 ms.
std::unique_ptr<SQLite::Database> open_writer(const std::filesystem::path& file);
std::unique_ptr<SQLite::Database> open_reader(const std::filesystem::path& file);

/// Rewinds a prepared statement when it goes out of scope, however that is.
class Rewind {
 public:
  explicit Rewind(SQLite::Statement& statement) : statement_(statement) {}
  ~Rewind() { statement_.tryReset(); }
  Rewind(const Rewind&) = delete;
  Rewind& operator=(const Rewind&) = delete;

 private:
  SQLite::Statement& statement_;
};

}  // namespace tidegate::sandbox
