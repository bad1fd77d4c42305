#include "services/alerts/alert_index.h"

#include <utility>

#include "services/async/task.h"
#include "services/error.h"

namespace tidegate::alerts {

namespace {

constexpr std::size_t kPagesMax = 20;  // of the store for one page of ours; it may give short ones

state::Write entry(std::string partition, const AlertRecord& record, Instant expires_at) {
  return state::Write::put({std::move(partition), record.operation_id}, "{}", state::Condition::none(),
                           expires_at);
}

std::string partition_of(const std::optional<std::string>& severity) {
  return severity ? "alerts-of-severity/" + *severity : "alerts";
}

pplx::task<void> write_entries(std::shared_ptr<state::DocumentStore> store,
                               std::vector<state::Write> writes) {
  co_await store->transact(std::move(writes));
}

pplx::task<std::optional<std::string>> newest(std::shared_ptr<state::DocumentStore> store,
                                              std::string alert_id) {
  state::RangeQuery query{.partition = "alert/" + alert_id};
  query.descending = true;
  query.limit = 1;
  for (std::size_t pages = 0; pages < kPagesMax; ++pages) {
    const auto page = co_await store->query(query);
    if (!page.documents.empty()) co_return page.documents.front().key.sort;
    if (page.next_cursor.empty()) break;
    query.cursor = page.next_cursor;
  }
  co_return std::optional<std::string>();
}

pplx::task<AlertIndex::Page> read_page(std::shared_ptr<state::DocumentStore> store, state::RangeQuery query,
                                       std::size_t limit) {
  AlertIndex::Page result;
  for (std::size_t pages = 0; pages < kPagesMax; ++pages) {
    query.limit = limit - result.operation_ids.size();
    const auto page = co_await store->query(query);
    for (const auto& document : page.documents) result.operation_ids.push_back(document.key.sort);
    if (page.next_cursor.empty()) co_return result;
    if (result.operation_ids.size() == limit) break;
    query.cursor = page.next_cursor;
  }
  if (!result.operation_ids.empty()) result.next_cursor = result.operation_ids.back();
  co_return result;
}

}  // namespace

AlertIndex::AlertIndex(std::shared_ptr<state::DocumentStore> store, std::chrono::hours retention)
    : store_(std::move(store)), retention_(retention) {}

pplx::task<void> AlertIndex::put(AlertRecord record, Instant from) const {
  const Instant expires_at = from + retention_;
  std::vector<state::Write> writes;
  writes.push_back(entry("alert/" + record.alert.id, record, expires_at));
  writes.push_back(entry(partition_of({}), record, expires_at));
  writes.push_back(entry(partition_of(record.alert.severity), record, expires_at));
  return write_entries(store_, std::move(writes));
}

pplx::task<std::optional<std::string>> AlertIndex::find(std::string alert_id) const {
  return newest(store_, std::move(alert_id));
}

pplx::task<AlertIndex::Page> AlertIndex::list(std::optional<std::string> severity, std::size_t limit,
                                              std::string cursor) const {
  constexpr std::size_t kCursorMax = 64;
  if (!cursor.empty() && (!cursor.starts_with("op_") || cursor.size() > kCursorMax)) {
    throw InvalidRequest("this cursor is none that a page gave",
                         {{"take it from next_cursor", "#/query/cursor"}});
  }
  state::RangeQuery query{.partition = partition_of(severity)};
  query.descending = true;
  query.sort_until = std::move(cursor);
  return read_page(store_, std::move(query), limit);
}

}  // namespace tidegate::alerts
