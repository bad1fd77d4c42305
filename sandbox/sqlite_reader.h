#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <optional>

#include "sandbox/sqlite_files.h"
#include "services/state/store.h"

// Internal to sandbox/sqlite_*.

namespace tidegate::sandbox {

/// One reading connection with its prepared statements. Hold `mutex()` over every call.
/// Calls throw SQLite::Exception.
class SqliteReader {
 public:
  explicit SqliteReader(const std::filesystem::path& file);

  std::mutex& mutex() { return mutex_; }
  std::optional<state::Document> get(const state::Key& key, Instant now);
  state::Page query(const state::RangeQuery& query, Instant now);
  void ping();

 private:
  std::mutex mutex_;
  std::unique_ptr<SQLite::Database> database_;
  SQLite::Statement get_;
  SQLite::Statement ascending_;
  SQLite::Statement descending_;
  SQLite::Statement ping_;
};

}  // namespace tidegate::sandbox
