#pragma once

#include <filesystem>
#include <memory>

#include "services/state/store.h"

namespace tidegate::sandbox {

/// Most transactions that wait for the writer; one more is refused (UpstreamFailure, throttling).
inline constexpr std::size_t kTransactionsWaitingMax = 20'000;

/// The document store embedded in the process: one SQLite database `state.db` in a directory that this
/// process owns (DataDir).
///
/// A write is acknowledged once it is on disk (WAL, synchronous=FULL). One thread writes: whatever waits when
/// it comes round shares one SQLite transaction and so one flush to disk. Reads run on the caller's thread:
/// they never wait for a writer, and a page is bounded in documents, bytes and rows looked at.
/// Expired documents are never returned and are deleted in the background.
///
/// Beside what DocumentStore says: UpstreamFailure's origin is service "sqlite" with SQLite's result name as
/// code ("SQLITE_FULL", "SQLITE_BUSY", "SQLITE_CORRUPT").
class SqliteStore final : public state::DocumentStore {
 public:
  /// Opens, or makes, the store. Throws UpstreamFailure where the directory is another process's, or the
  /// database is damaged or was written by a newer tidegate.
  SqliteStore(std::filesystem::path data_dir, const Clock& clock);
  /// Writes what was handed in before, then closes.
  ~SqliteStore() override;
  SqliteStore(const SqliteStore&) = delete;
  SqliteStore& operator=(const SqliteStore&) = delete;

  pplx::task<std::optional<state::Document>> get(state::Key key) override;
  pplx::task<state::Page> query(state::RangeQuery query) override;
  pplx::task<std::vector<std::uint64_t>> transact(std::vector<state::Write> writes) override;
  pplx::task<void> ping() override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tidegate::sandbox
