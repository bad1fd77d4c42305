#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "sandbox/sqlite_files.h"
#include "services/async/task.h"
#include "services/state/store.h"

// Internal to sandbox/sqlite_*.

namespace tidegate::sandbox {

/// The one thread that writes. Transactions that wait when it comes round are committed together: each stands
/// or fails alone by its conditions, all become durable with one flush to disk.
class SqliteWriter {
 public:
  using Versions = std::vector<std::uint64_t>;

  SqliteWriter(const std::filesystem::path& file, const Clock& clock);
  /// Commits what waits, then ends the thread.
  ~SqliteWriter();
  SqliteWriter(const SqliteWriter&) = delete;
  SqliteWriter& operator=(const SqliteWriter&) = delete;

  /// `writes` have passed state::check_transaction. Completes on a pool thread.
  pplx::task<Versions> submit(std::vector<state::Write> writes);

 private:
  struct Pending {
    std::vector<state::Write> writes;
    Completion<Versions> done = {};
    Versions versions = {};
    std::exception_ptr refused = {};
  };
  /// What stands under a key. An expired document has a row and no version.
  struct Stored {
    std::optional<std::int64_t> row = {};
    std::uint64_t version = 0;
  };

  void run();
  static void tell(std::vector<Pending> batch);
  void commit(std::vector<Pending>& batch);
  void apply(Pending& pending);
  Stored find(const state::Key& key);
  void put(const state::Write& write, std::uint64_t version, std::optional<std::int64_t> row);
  void erase(const state::Key& key);
  void copy_log_back();
  bool purge_is_due() const;
  void purge_expired();

  const Clock& clock_;
  std::unique_ptr<SQLite::Database> database_;
  SQLite::Statement select_;
  SQLite::Statement insert_;
  SQLite::Statement update_;
  SQLite::Statement delete_;
  SQLite::Statement delete_expired_;
  // Only the writer's thread touches these.
  int log_pages_ = 0;  ///< in the write-ahead log since it was last copied into the database
  SteadyInstant purged_at_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Pending> waiting_;
  bool stopping_ = false;
  std::thread thread_;  ///< last: it uses everything above
};

}  // namespace tidegate::sandbox
