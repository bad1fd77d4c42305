#include "sandbox/sqlite_store.h"

#include <array>
#include <atomic>

#include "sandbox/data_dir.h"
#include "sandbox/sqlite_reader.h"
#include "sandbox/sqlite_writer.h"
#include "services/async/task.h"
#include "services/state/store_limits.h"

namespace tidegate::sandbox {

using state::Document;
using state::Key;
using state::Page;
using state::RangeQuery;
using state::Write;

namespace {

/// Opened before anything holds a connection, so that a failure is told in one place.
std::filesystem::path prepared(const DataDir& directory) {
  auto file = directory.path() / "state.db";
  prepare_database(file);
  return file;
}

}  // namespace

class SqliteStore::Impl {
 public:
  Impl(std::filesystem::path data_dir, const Clock& clock)
      : clock_(clock),
        directory_(std::move(data_dir)),
        file_(prepared(directory_)),
        writer_(file_, clock),
        readers_{SqliteReader(file_), SqliteReader(file_)} {}

  /// What `read` of a reading connection that is free, or soon will be, returns.
  template <class Read>
  auto with_reader(const char* operation, Read read) {
    try {
      for (SqliteReader& reader : readers_) {
        const std::unique_lock lock(reader.mutex(), std::try_to_lock);
        if (lock.owns_lock()) return read(reader);
      }
      SqliteReader& reader = readers_[next_.fetch_add(1) % readers_.size()];
      const std::lock_guard lock(reader.mutex());
      return read(reader);
    } catch (const SQLite::Exception& failure) {
      throw sqlite_failure(operation, failure);
    }
  }

  const Clock& clock() const { return clock_; }
  SqliteWriter& writer() { return writer_; }

 private:
  const Clock& clock_;
  DataDir directory_;
  std::filesystem::path file_;
  SqliteWriter writer_;  // closed after the readers: only a writer can fold the log into the database
  std::array<SqliteReader, 2> readers_;
  std::atomic<std::size_t> next_{0};
};

SqliteStore::SqliteStore(std::filesystem::path data_dir, const Clock& clock) {
  try {
    impl_ = std::make_unique<Impl>(std::move(data_dir), clock);
  } catch (const SQLite::Exception& failure) {
    throw sqlite_failure("open", failure);
  }
}

SqliteStore::~SqliteStore() = default;

pplx::task<std::optional<Document>> SqliteStore::get(Key key) {
  state::check_key(key);
  const Instant now = impl_->clock().now();
  co_return impl_->with_reader("get", [&](SqliteReader& reader) { return reader.get(key, now); });
}

pplx::task<Page> SqliteStore::query(RangeQuery query) {
  state::check_query(query);
  const Instant now = impl_->clock().now();
  co_return impl_->with_reader("query", [&](SqliteReader& reader) { return reader.query(query, now); });
}

pplx::task<std::vector<std::uint64_t>> SqliteStore::transact(std::vector<Write> writes) {
  state::check_transaction(writes);
  const auto committed = impl_->writer().submit(std::move(writes));
  auto versions = co_await committed;
  co_return versions;
}

pplx::task<void> SqliteStore::ping() {
  impl_->with_reader("ping", [](SqliteReader& reader) { reader.ping(); });
  co_return;
}

}  // namespace tidegate::sandbox
