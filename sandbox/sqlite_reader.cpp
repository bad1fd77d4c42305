#include "sandbox/sqlite_reader.h"

#include <algorithm>
#include <chrono>

#include "services/state/store_limits.h"

namespace tidegate::sandbox {

namespace {

using state::Document;
using state::Key;
using state::Page;
using state::RangeQuery;

/// Expired documents that a page may step over before it ends early, so that a partition full of them can't
/// hold the caller's thread.
constexpr std::size_t kExpiredSteppedOverMax = 1000;

constexpr const char* kRange =
    "SELECT sort, body, version, expires_at FROM documents"
    " WHERE partition = ?1 AND sort >= ?2 AND sort < ?3 ORDER BY sort ";

std::optional<Instant> expiry(const SQLite::Column& column) {
  if (column.isNull()) return std::nullopt;
  return Instant(std::chrono::seconds(column.getInt64()));
}

bool has_expired(const std::optional<Instant>& expires_at, Instant now) {
  return expires_at && *expires_at <= std::chrono::floor<std::chrono::seconds>(now);
}

/// The smallest text after `sort`: keys hold no NUL.
std::string just_after(const std::string& sort) { return sort + '\0'; }

}  // namespace

SqliteReader::SqliteReader(const std::filesystem::path& file)
    : database_(open_reader(file)),
      get_(*database_, "SELECT body, version, expires_at FROM documents WHERE partition = ? AND sort = ?"),
      ascending_(*database_, std::string(kRange) + "ASC"),
      descending_(*database_, std::string(kRange) + "DESC"),
      ping_(*database_, "SELECT count(*) FROM (SELECT 1 FROM documents LIMIT 1)") {}

std::optional<Document> SqliteReader::get(const Key& key, Instant now) {
  const Rewind rewind(get_);
  get_.bind(1, key.partition);
  get_.bind(2, key.sort);
  if (!get_.executeStep()) return std::nullopt;
  const auto expires_at = expiry(get_.getColumn(2));
  if (has_expired(expires_at, now)) return std::nullopt;
  return Document{.key = key,
                  .body = get_.getColumn(0).getString(),
                  .version = static_cast<std::uint64_t>(get_.getColumn(1).getInt64()),
                  .expires_at = expires_at};
}

Page SqliteReader::query(const RangeQuery& query, Instant now) {
  SQLite::Statement& rows = query.descending ? descending_ : ascending_;
  const Rewind rewind(rows);
  std::string from = query.sort_from;
  std::string until = query.sort_until;
  if (!query.cursor.empty()) {
    if (query.descending) {
      until = until.empty() ? query.cursor : std::min(until, query.cursor);
    } else {
      from = std::max(from, just_after(query.cursor));
    }
  }
  rows.bind(1, query.partition);
  rows.bind(2, from);
  if (until.empty()) {
    rows.bind(3, "", 0);  // a blob: SQLite orders every text before every blob
  } else {
    rows.bind(3, until);
  }

  Page page;
  std::size_t bytes = 0;
  std::size_t expired = 0;
  std::string last_seen;
  while (rows.executeStep()) {
    const bool is_full = page.documents.size() == query.limit || bytes >= state::kPageBytesMax ||
                         expired == kExpiredSteppedOverMax;
    if (is_full) {
      page.next_cursor = last_seen;
      return page;
    }
    last_seen = rows.getColumn(0).getString();
    const auto expires_at = expiry(rows.getColumn(3));
    if (has_expired(expires_at, now)) {
      ++expired;
      continue;
    }
    page.documents.push_back({.key = {query.partition, last_seen},
                              .body = rows.getColumn(1).getString(),
                              .version = static_cast<std::uint64_t>(rows.getColumn(2).getInt64()),
                              .expires_at = expires_at});
    bytes += page.documents.back().body.size();
  }
  return page;
}

void SqliteReader::ping() {
  const Rewind rewind(ping_);
  ping_.executeStep();
}

}  // namespace tidegate::sandbox
