#include "sandbox/sqlite_writer.h"

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
      select_(*database_, "SELECT version, expires_at FROM documents WHERE partition = ? AND sort = ?"),
      upsert_(*database_,
              "INSERT INTO documents (partition, sort, body, version, expires_at) VALUES (?, ?, ?, ?, ?)"
              " ON CONFLICT (partition, sort) DO UPDATE SET body = excluded.body,"
              " version = excluded.version, expires_at = excluded.expires_at"),
      delete_(*database_, "DELETE FROM documents WHERE partition = ? AND sort = ?"),
      delete_expired_(*database_,
                      "DELETE FROM documents WHERE rowid IN"
                      " (SELECT rowid FROM documents WHERE expires_at <= ? LIMIT ?)"),
      purged_at_(clock.steady_now()),
      thread_([this] { run(); }) {}

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
  const auto done = pending.done.task();
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
      wake_.wait_for(lock, kPurgeInterval, [this] { return stopping_ || !waiting_.empty(); });
      if (stopping_ && waiting_.empty()) return;
      const auto count = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), kBatchTransactionsMax));
      batch.assign(std::make_move_iterator(waiting_.begin()),
                   std::make_move_iterator(waiting_.begin() + count));
      waiting_.erase(waiting_.begin(), waiting_.begin() + count);
    }
    if (!batch.empty() || purge_is_due()) commit(batch);
    tell(std::move(batch));
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
  for (std::size_t i = 0; i < pending.writes.size(); ++i) {
    const Write& write = pending.writes[i];
    const bool matters = write.kind == Write::Kind::kPut || write.condition.kind != Condition::Kind::kNone;
    const std::uint64_t version = matters ? version_of(write.key) : 0;
    if (!holds(write.condition, version)) {
      pending.refused = std::make_exception_ptr(state::ConditionFailed(i));
      return;
    }
    pending.versions.push_back(write.kind == Write::Kind::kPut ? version + 1 : 0);
  }
  for (std::size_t i = 0; i < pending.writes.size(); ++i) {
    const Write& write = pending.writes[i];
    if (write.kind == Write::Kind::kPut) put(write, pending.versions[i]);
    if (write.kind == Write::Kind::kErase) erase(write.key);
  }
}

/// 0 where there is none, or an expired one.
std::uint64_t SqliteWriter::version_of(const Key& key) {
  const Rewind rewind(select_);
  select_.bindNoCopy(1, key.partition);
  select_.bindNoCopy(2, key.sort);
  if (!select_.executeStep()) return 0;
  const SQLite::Column expires_at = select_.getColumn(1);
  if (!expires_at.isNull() && expires_at.getInt64() <= seconds_since_epoch(clock_.now())) return 0;
  return static_cast<std::uint64_t>(select_.getColumn(0).getInt64());
}

void SqliteWriter::put(const Write& write, std::uint64_t version) {
  const Rewind rewind(upsert_);
  upsert_.bindNoCopy(1, write.key.partition);
  upsert_.bindNoCopy(2, write.key.sort);
  upsert_.bindNoCopy(3, write.body);
  upsert_.bind(4, static_cast<std::int64_t>(version));
  if (write.expires_at) {
    upsert_.bind(5, seconds_since_epoch(*write.expires_at));
  } else {
    upsert_.bind(5);
  }
  upsert_.exec();
}

void SqliteWriter::erase(const Key& key) {
  const Rewind rewind(delete_);
  delete_.bindNoCopy(1, key.partition);
  delete_.bindNoCopy(2, key.sort);
  delete_.exec();
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
