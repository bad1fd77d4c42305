#include "services/operations/operation_list.h"

#include <algorithm>
#include <utility>

#include "services/async/task.h"
#include "services/error.h"
#include "services/operations/operation_documents.h"

namespace tidegate::operations {

namespace {

constexpr std::size_t kListDocumentsMax = 1'000;  // looked through for one page of a filtered list
constexpr std::size_t kShardPagesMax = 10;  // of the store, for one look at a shard; it may give short ones

/// Goes on on a thread of the pool.
pplx::task<void> on_the_pool() {
  auto here = std::make_shared<Completion<void>>();
  auto there = here->task();
  post_to_pool([here] { here->publish(); });
  return there;
}

/// Operations of one shard, newest first.
struct ShardPart {
  std::vector<Operation> operations;
  bool is_all = false;  ///< the shard holds no older ones
};

/// The `limit` newest of a shard before an id; fewer where the store gave up before it found so many.
pplx::task<ShardPart> read_shard(std::shared_ptr<state::DocumentStore> store, std::string_view shard,
                                 std::string before, std::size_t limit) {
  state::RangeQuery query{.partition = "operation/" + std::string(shard)};
  query.sort_until = std::move(before);
  query.descending = true;
  ShardPart part;
  for (std::size_t pages = 0; pages < kShardPagesMax && part.operations.size() < limit; ++pages) {
    query.limit = limit - part.operations.size();
    const auto page = co_await store->query(query);
    for (const auto& document : page.documents) part.operations.push_back(decode_operation(document.body));
    query.cursor = page.next_cursor;
    part.is_all = query.cursor.empty();
    if (part.is_all) break;
  }
  co_return part;
}

}  // namespace

pplx::task<OperationPage> list_operations(std::shared_ptr<state::DocumentStore> store,
                                          OperationFilter filter) {
  if (!filter.cursor.empty() && !filter.cursor.starts_with("op_")) {
    throw InvalidRequest("this cursor is none that a page gave",
                         {{"take it from next_cursor", "#/query/cursor"}});
  }
  OperationPage page;
  std::string before = filter.cursor;
  for (std::size_t looked_at = 0; looked_at < kListDocumentsMax;) {
    if (looked_at > 0)
      co_await on_the_pool();  // an embedded store answers at once, and a request's loop has others
    std::vector<Operation> newest;
    std::string known_from;  // older ones may be missing: a shard was not read that far
    for (const std::string_view shard : kShards) {
      auto part = co_await read_shard(store, shard, before, filter.limit);
      if (!part.is_all && !part.operations.empty())
        known_from = std::max(known_from, part.operations.back().id);
      std::ranges::move(part.operations, std::back_inserter(newest));
    }
    looked_at += newest.size();
    std::erase_if(newest, [&known_from](const Operation& operation) { return operation.id < known_from; });
    std::ranges::sort(newest, std::greater{}, &Operation::id);
    for (Operation& operation : newest) {
      before = operation.id;
      const bool wanted = (!filter.kind || operation.kind == *filter.kind) &&
                          (!filter.state || operation.state == *filter.state);
      if (!wanted) continue;
      page.operations.push_back(std::move(operation));
      if (page.operations.size() == filter.limit) {
        page.next_cursor = before;
        co_return page;
      }
    }
    if (known_from.empty()) co_return page;
  }
  page.next_cursor = before;  // a short page with a cursor: the filter is rare
  co_return page;
}

}  // namespace tidegate::operations
