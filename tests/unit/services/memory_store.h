#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <mutex>
#include <utility>

#include "services/async/task.h"
#include "services/state/store.h"
#include "services/state/store_limits.h"

namespace tidegate::state {

/// A document store in memory that completes at once on the caller's thread, counts transactions, fails on
/// command and gives pages as short as it is told to. It does not expire. For tests of services; the real
/// ones are held to tests/conformance.
class MemoryStore final : public DocumentStore {
 public:
  pplx::task<std::optional<Document>> get(Key key) override {
    const std::lock_guard lock(mutex_);
    const auto found = documents_.find({key.partition, key.sort});
    if (found == documents_.end()) return pplx::task_from_result(std::optional<Document>());
    return pplx::task_from_result(std::optional<Document>(found->second));
  }

  pplx::task<Page> query(RangeQuery query) override {
    const std::lock_guard lock(mutex_);
    std::vector<Document> matching;
    for (const auto& [key, document] : documents_) {
      if (key.first != query.partition || key.second < query.sort_from) continue;
      if (!query.sort_until.empty() && key.second >= query.sort_until) continue;
      matching.push_back(document);
    }
    if (query.descending) std::ranges::reverse(matching);
    const std::size_t from = query.cursor.empty() ? 0 : std::stoul(query.cursor);
    Page page;
    const std::size_t most = std::min(query.limit, page_max_);
    for (std::size_t i = from; i < matching.size() && page.documents.size() < most; ++i) {
      page.documents.push_back(matching[i]);
    }
    if (from + page.documents.size() < matching.size()) {
      page.next_cursor = std::to_string(from + page.documents.size());
    }
    return pplx::task_from_result(page);
  }

  pplx::task<std::vector<std::uint64_t>> transact(std::vector<Write> writes) override {
    check_transaction(writes);
    const std::lock_guard lock(mutex_);
    ++transactions_;
    if (failures_left_ > 0) {
      --failures_left_;
      return pplx::task_from_exception<std::vector<std::uint64_t>>(UpstreamFailure(
          "the store is down", {.service = "memory", .operation = "transact", .retryable = true}));
    }
    for (std::size_t i = 0; i < writes.size(); ++i) {
      if (!holds(writes[i])) {
        return pplx::task_from_exception<std::vector<std::uint64_t>>(ConditionFailed(i));
      }
    }
    std::vector<std::uint64_t> versions;
    for (Write& write : writes) versions.push_back(apply(std::move(write)));
    return pplx::task_from_result(versions);
  }

  pplx::task<void> ping() override { return pplx::task_from_result(); }

  /// The next `count` transactions fail.
  void fail_next(std::size_t count) {
    const std::lock_guard lock(mutex_);
    failures_left_ = count;
  }
  /// No page has more documents, as where large ones fill it.
  void give_pages_of(std::size_t count) {
    const std::lock_guard lock(mutex_);
    page_max_ = count;
  }
  std::size_t transactions() const {
    const std::lock_guard lock(mutex_);
    return transactions_;
  }

 private:
  bool holds(const Write& write) const {
    const auto found = documents_.find({write.key.partition, write.key.sort});
    const bool absent = found == documents_.end();
    if (write.condition.kind == Condition::Kind::kAbsent) return absent;
    if (write.condition.kind == Condition::Kind::kVersion) {
      return !absent && found->second.version == write.condition.version;
    }
    return true;
  }

  std::uint64_t apply(Write write) {
    const std::pair<std::string, std::string> key{write.key.partition, write.key.sort};
    if (write.kind == Write::Kind::kErase) documents_.erase(key);
    if (write.kind != Write::Kind::kPut) return 0;
    Document& document = documents_[key];
    document.key = std::move(write.key);
    document.body = std::move(write.body);
    document.expires_at = write.expires_at;
    return ++document.version;
  }

  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, Document> documents_;
  std::size_t transactions_ = 0;
  std::size_t failures_left_ = 0;
  std::size_t page_max_ = 1000;
};

}  // namespace tidegate::state
