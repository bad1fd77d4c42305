#include "sandbox/sqlite_writer.h"

#include <sqlite3.h>

#include <algorithm>
#include <iterator>

#include "sandbox/sqlite_store.h"
#include "services/async/task.h"
#include "services/telemetry/log.h"

namespace tidegate::sandbox {

namespace {

using state::Condition;
using state::Key;
using state::Write;

/// Most transactions that share a commit: bounds how long the first of them waits for the last.
constexpr std::size_t kBatchTransactionsMax = 512;
/// A log of this many pages is copied into the database once nothing was written for so long: a burst then
/// finds it empty and is not held up by the copying.
constexpr int kLogPagesAtRest = 500;
constexpr std::chrono::milliseconds kRest{50};
/// A log of this many pages (16 MB) is copied whatever waits.
constexpr int kLogPagesMax = 4000;
/// So many that waited for one commit go on one after the other on a thread of the pool: each by itself would
/// be one more job to hand over.
constexpr std::size_t kToldTogether = 16;
constexpr std::chrono::seconds kPurgeInterval{60};
/// A purge that finds this many goes on with the next batch instead of an interval later.
constexpr int kPurgeDocumentsMax = 500;

std::int64_t seconds_since_epoch(Instant instant) {
  return std::chrono::floor<std::chrono::seconds>(instant.time_since_epoch()).count();
}

bool holds(const Condition& condition, std::uint64_t version) {
  switch (condition.kind) {
    case Condition::Kind::kNone:
      return true;
    case Condition::Kind::kAbsent:
      return version == 0;
    case Condition::Kind::kVersion:
      return version != 0 && version == condition.version;
  }
  return false;
}

UpstreamFailure queue_full() {
  return {"the state database has too many writes waiting",
          {.service = "sqlite",
           .operation = "transact",
           .code = "queue_full",
           .request_id = {},
           .retryable = true,
           .throttling = true}};
}

}  // namespace

SqliteWriter::SqliteWriter(const std::filesystem::path& file, const Clock& clock)
    : clock_(clock),
      database_(open_writer(file)),
      select_(*database_,
              "SELECT rowid, version, expires_at FROM documents WHERE partition = ? AND sort = ?"),
      insert_(*database_,
              "INSERT INTO documents (body, version, expires_at, partition, sort) VALUES (?, ?, ?, ?, ?)"),
      update_(*database_, "UPDATE documents SET body = ?, version = ?, expires_at = ? WHERE rowid = ?"),
      delete_(*database_, "DELETE FROM documents WHERE partition = ? AND sort = ?"),
      delete_expired_(*database_,
                      "DELETE FROM documents WHERE rowid IN"
                      " (SELECT rowid FROM documents WHERE expires_at <= ? LIMIT ?)"),
      purged_at_(clock.steady_now()) {
  const auto committed = [](void* log_pages, sqlite3*, const char*, int pages) {
    *static_cast<int*>(log_pages) = pages;
    return SQLITE_OK;
  };
  sqlite3_wal_hook(database_->getHandle(), committed, &log_pages_);
  thread_ = std::thread([this] { run(); });
}

SqliteWriter::~SqliteWriter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

pplx::task<SqliteWriter::Versions> SqliteWriter::submit(std::vector<Write> writes) {
  Pending pending{.writes = std::move(writes)};
  auto done = pending.done.task();
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= kTransactionsWaitingMax) throw queue_full();
    waiting_.push_back(std::move(pending));
  }
  wake_.notify_one();
  return done;
}

void SqliteWriter::run() {
  while (true) {
    std::vector<Pending> batch;
    {
      std::unique_lock lock(mutex_);
      const auto has_work = [this] { return stopping_ || !waiting_.empty(); };
      const bool log_is_long = log_pages_ >= kLogPagesAtRest;
      if (!wake_.wait_for(lock, log_is_long ? kRest : kPurgeInterval, has_work) && log_is_long) {
        lock.unlock();
        copy_log_back();
        continue;
      }
      if (stopping_ && waiting_.empty()) return;
      const auto count = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), kBatchTransactionsMax));
      batch.assign(std::make_move_iterator(waiting_.begin()),
                   std::make_move_iterator(waiting_.begin() + count));
      waiting_.erase(waiting_.begin(), waiting_.begin() + count);
    }
    if (!batch.empty() || purge_is_due()) commit(batch);
    tell(std::move(batch));
    if (log_pages_ >= kLogPagesMax) copy_log_back();
  }
}

void SqliteWriter::tell(std::vector<Pending> batch) {
  const auto told = std::make_shared<std::vector<Pending>>(std::move(batch));
  for (std::size_t from = 0; from < told->size(); from += kToldTogether) {
    post_to_pool([told, from] {
      const auto until = std::min(from + kToldTogether, told->size());
      for (std::size_t i = from; i < until; ++i) {
        Pending& pending = (*told)[i];
        if (pending.refused) {
          pending.done.set_failure(pending.refused);
        } else {
          pending.done.set_value(std::move(pending.versions));
        }
        pending.done.publish();
      }
    });
  }
}

void SqliteWriter::commit(std::vector<Pending>& batch) {
  try {
    SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
    for (Pending& pending : batch) apply(pending);
    if (purge_is_due()) purge_expired();
    transaction.commit();
  } catch (const SQLite::Exception& failure) {
    // Nothing was committed, so what the others of the batch saw does not hold either.
    const UpstreamFailure told = sqlite_failure("transact", failure);
    log(LogLevel::kError, "store.failed", {{"error", std::string_view(told.what())}});
    for (Pending& pending : batch) pending.refused = std::make_exception_ptr(told);
  }
}

void SqliteWriter::apply(Pending& pending) {
  // Every condition before the first write: a refused transaction then has nothing to undo.
  std::vector<Stored> stored(pending.writes.size());
  for (std::size_t i = 0; i < pending.writes.size(); ++i) {
    const Write& write = pending.writes[i];
    const bool matters = write.kind == Write::Kind::kPut || write.condition.kind != Condition::Kind::kNone;
    if (matters) stored[i] = find(write.key);
    if (!holds(write.condition, stored[i].version)) {
      pending.refused = std::make_exception_ptr(state::ConditionFailed(i));
      return;
    }
    pending.versions.push_back(write.kind == Write::Kind::kPut ? stored[i].version + 1 : 0);
  }
  for (std::size_t i = 0; i < pending.writes.size(); ++i) {
    const Write& write = pending.writes[i];
    if (write.kind == Write::Kind::kPut) put(write, pending.versions[i], stored[i].row);
    if (write.kind == Write::Kind::kErase) erase(write.key);
  }
}

SqliteWriter::Stored SqliteWriter::find(const Key& key) {
  const Rewind rewind(select_);
  select_.bindNoCopy(1, key.partition);
  select_.bindNoCopy(2, key.sort);
  if (!select_.executeStep()) return {};
  const std::int64_t row = select_.getColumn(0).getInt64();
  const SQLite::Column expires_at = select_.getColumn(2);
  if (!expires_at.isNull() && expires_at.getInt64() <= seconds_since_epoch(clock_.now())) return {.row = row};
  return {.row = row, .version = static_cast<std::uint64_t>(select_.getColumn(1).getInt64())};
}

void SqliteWriter::put(const Write& write, std::uint64_t version, std::optional<std::int64_t> row) {
  SQLite::Statement& statement = row ? update_ : insert_;
  const Rewind rewind(statement);
  statement.bindNoCopy(1, write.body);
  statement.bind(2, static_cast<std::int64_t>(version));
  if (write.expires_at) {
    statement.bind(3, seconds_since_epoch(*write.expires_at));
  } else {
    statement.bind(3);
  }
  if (row) {
    statement.bind(4, *row);
  } else {
    statement.bindNoCopy(4, write.key.partition);
    statement.bindNoCopy(5, write.key.sort);
  }
  statement.exec();
}

void SqliteWriter::erase(const Key& key) {
  const Rewind rewind(delete_);
  delete_.bindNoCopy(1, key.partition);
  delete_.bindNoCopy(2, key.sort);
  delete_.exec();
}

/// A failure costs nothing but a longer log: what was committed is in it.
void SqliteWriter::copy_log_back() {
  log_pages_ = 0;
  try {
    database_->exec("PRAGMA wal_checkpoint(PASSIVE)");
  } catch (const SQLite::Exception& failure) {
    const UpstreamFailure told = sqlite_failure("checkpoint", failure);
    log(LogLevel::kWarning, "store.checkpoint_failed", {{"error", std::string_view(told.what())}});
  }
}

bool SqliteWriter::purge_is_due() const { return clock_.steady_now() - purged_at_ >= kPurgeInterval; }

void SqliteWriter::purge_expired() {
  const Rewind rewind(delete_expired_);
  delete_expired_.bind(1, seconds_since_epoch(clock_.now()));
  delete_expired_.bind(2, kPurgeDocumentsMax);
  const int purged = delete_expired_.exec();
  if (purged < kPurgeDocumentsMax) purged_at_ = clock_.steady_now();
}

}  // namespace tidegate::sandbox
