#include "aws/state/dynamodb_store.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "aws/state/dynamodb_items.h"
#include "aws/state/dynamodb_table.h"
#include "aws/state/dynamodb_writes.h"
#include "services/async/task.h"
#include "services/state/store_limits.h"

namespace tidegate::aws {

using state::Document;
using state::Key;
using state::Page;
using state::RangeQuery;
using state::Write;

namespace {

UpstreamFailure unreadable_item(const char* operation, const std::exception& failure) {
  return {std::string("the state table holds an item that tidegate did not write: ") + failure.what(),
          {.service = "DynamoDB", .operation = operation, .code = "UnreadableItem", .request_id = {}}};
}

/// Brings a cursor within the bounds of its range, for DynamoDB refuses one outside; false where nothing of
/// the range lies behind it.
bool apply_cursor(RangeQuery& query) {
  const bool has_from = !query.sort_from.empty();
  const bool has_until = !query.sort_until.empty();
  if (query.descending) {
    if (has_from && !query.cursor.empty() && query.cursor <= query.sort_from) return false;
    const bool from_the_end = query.cursor.empty() || query.cursor >= query.sort_until;
    // Beginning behind `sort_until` spares reading it: BETWEEN would include it.
    if (has_until && from_the_end) query.cursor = has_from ? query.sort_until : "";
    return true;
  }
  if (has_until && query.cursor >= query.sort_until) return false;
  if (query.cursor < query.sort_from) query.cursor.clear();
  return true;
}

}  // namespace

class DynamoDbStore::Impl {
 public:
  Impl(std::shared_ptr<AwsClient> client, const Clock& clock, std::function<double()> random,
       DynamoDbStoreConfig config)
      : clock_(clock), table_(std::move(client), std::move(config)), random_(std::move(random)) {}

  static pplx::task<std::optional<Document>> get(std::shared_ptr<Impl> self, Key key);
  static pplx::task<Page> query(std::shared_ptr<Impl> self, RangeQuery query);
  static pplx::task<std::vector<std::uint64_t>> transact(std::shared_ptr<Impl> self,
                                                         std::vector<Write> writes);
  static pplx::task<void> ping(std::shared_ptr<Impl> self);

 private:
  const Clock& clock_;
  const DynamoDbTable table_;
  const std::function<double()> random_;
};

pplx::task<std::optional<Document>> DynamoDbStore::Impl::get(std::shared_ptr<Impl> self, Key key) {
  const Instant now = self->clock_.now();
  const Deadline deadline = self->table_.deadline();
  const auto answer = co_await self->table_.get_item(key, "", deadline);
  try {
    auto document = document_in(answer);
    if (document && has_expired(document->expires_at, now)) document.reset();
    co_return document;
  } catch (const std::runtime_error& failure) {
    throw unreadable_item("GetItem", failure);
  }
}

pplx::task<Page> DynamoDbStore::Impl::query(std::shared_ptr<Impl> self, RangeQuery query) {
  const bool is_empty = !query.sort_until.empty() && query.sort_from >= query.sort_until;
  if (is_empty || !apply_cursor(query)) co_return Page();
  JsonObject request;
  request.boolean("ConsistentRead", true).boolean("ScanIndexForward", !query.descending);
  request.number("Limit", query.limit);
  add_range(request, query, self->clock_.now());
  if (!query.cursor.empty()) {
    request.json("ExclusiveStartKey", key_to_item({query.partition, query.cursor}));
  }
  const Deadline deadline = self->table_.deadline();
  const auto answer = co_await self->table_.exchange("Query", std::move(request), deadline);
  try {
    auto page = page_in(answer);
    std::erase_if(page.documents,
                  [&query](const auto& document) { return document.key.sort == query.sort_until; });
    co_return page;
  } catch (const std::runtime_error& failure) {
    throw unreadable_item("Query", failure);
  }
}

pplx::task<std::vector<std::uint64_t>> DynamoDbStore::Impl::transact(std::shared_ptr<Impl> self,
                                                                     std::vector<Write> writes) {
  const auto& config = self->table_.config();
  const Deadline deadline = self->table_.deadline();
  const auto shared_writes = std::make_shared<const std::vector<Write>>(std::move(writes));
  for (int attempt = 1;; ++attempt) {
    auto outcome = co_await try_writes(&self->table_, shared_writes, self->clock_.now(), deadline);
    if (outcome.versions) co_return std::move(*outcome.versions);
    if (outcome.refused) throw state::ConditionFailed(*outcome.refused);
    const double bound_ms =
        std::min(static_cast<double>(config.contention_pause.count()) * std::exp2(std::min(attempt - 1, 20)),
                 static_cast<double>(config.contention_pause_max.count()));
    const std::chrono::milliseconds pause(static_cast<std::int64_t>(self->random_() * bound_ms) + 1);
    if (attempt >= config.contention_attempts_max ||
        pause >= deadline.remaining(self->table_.client().clock())) {
      throw UpstreamFailure("the state table has too many writes to the same documents",
                            {.service = "DynamoDB",
                             .operation = "TransactWriteItems",
                             .code = "TransactionConflict",
                             .request_id = {},
                             .retryable = true});
    }
    co_await self->table_.client().clock().sleep_for(pause);
  }
}

pplx::task<void> DynamoDbStore::Impl::ping(std::shared_ptr<Impl> self) {
  const auto deadline = Deadline::after(self->table_.client().clock(), self->table_.config().ping_timeout);
  const Key never_there{"tidegate/ping", "ping"};
  co_await self->table_.get_item(never_there, "pk", deadline);
}

DynamoDbStore::DynamoDbStore(std::shared_ptr<AwsClient> client, const Clock& clock,
                             std::function<double()> random, DynamoDbStoreConfig config)
    : impl_(std::make_shared<Impl>(std::move(client), clock, std::move(random), std::move(config))) {}

DynamoDbStore::~DynamoDbStore() = default;

pplx::task<std::optional<Document>> DynamoDbStore::get(Key key) {
  state::check_key(key);
  auto document = co_await Impl::get(impl_, std::move(key));
  co_return document;
}

pplx::task<Page> DynamoDbStore::query(RangeQuery query) {
  state::check_query(query);
  auto page = co_await Impl::query(impl_, std::move(query));
  co_return page;
}

pplx::task<std::vector<std::uint64_t>> DynamoDbStore::transact(std::vector<Write> writes) {
  state::check_transaction(writes);
  auto versions = co_await Impl::transact(impl_, std::move(writes));
  co_return versions;
}

pplx::task<void> DynamoDbStore::ping() { return Impl::ping(impl_); }

}  // namespace tidegate::aws
