#pragma once

#include <pplx/pplxtasks.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/clock.h"
#include "services/error.h"

namespace tidegate::state {

/// Where a document stands. Both parts are non-empty UTF-8 without NUL, at most 1024 bytes each; documents of
/// one partition are ordered by the bytes of `sort`.
struct Key {
  std::string partition;
  std::string sort;
  bool operator==(const Key&) const = default;
};

struct Document {
  Key key;
  std::string body;                        ///< JSON text, at most 350,000 bytes
  std::uint64_t version = 0;               ///< 1 at creation, one more with every put
  std::optional<Instant> expires_at = {};  ///< whole seconds; an expired document is never returned
};

/// What must hold of the document at a key for a write to happen. An expired document counts as absent.
struct Condition {
  enum class Kind { kNone, kAbsent, kVersion };
  Kind kind = Kind::kNone;
  std::uint64_t version = 0;

  static Condition none() { return {}; }
  static Condition absent() { return {Kind::kAbsent, 0}; }
  static Condition version_is(std::uint64_t version) { return {Kind::kVersion, version}; }
};

/// One part of a transaction.
struct Write {
  enum class Kind { kPut, kErase, kCheck };
  Kind kind = Kind::kPut;
  Key key;
  std::string body = {};
  std::optional<Instant> expires_at = {};
  Condition condition = {};

  static Write put(Key key, std::string body, Condition condition, std::optional<Instant> expires_at = {}) {
    return {Kind::kPut, std::move(key), std::move(body), expires_at, condition};
  }
  static Write erase(Key key, Condition condition) {
    return {Kind::kErase, std::move(key), {}, {}, condition};
  }
  static Write check(Key key, Condition condition) {
    return {Kind::kCheck, std::move(key), {}, {}, condition};
  }
};

/// A condition of a transaction did not hold; nothing of it was written.
class ConditionFailed : public Conflict {
 public:
  explicit ConditionFailed(std::size_t index)
      : Conflict("the stored state has changed since it was read"), index_(index) {}
  /// Which of the transaction's writes was refused first.
  std::size_t index() const { return index_; }

 private:
  std::size_t index_;
};

/// A part of a partition, in the order of `sort`.
struct RangeQuery {
  std::string partition;
  std::string sort_from = {};   ///< inclusive; empty = from the start
  std::string sort_until = {};  ///< exclusive; empty = to the end
  bool descending = false;
  std::size_t limit = 100;  ///< 1..1000 documents a page
  std::string cursor = {};  ///< the `next_cursor` of the page before
};

struct Page {
  std::vector<Document> documents;
  std::string next_cursor;  ///< empty = the end; a short or empty page with a cursor is not the end
};

/// The state that survives: documents by (partition, sort) with versions, conditional transactions, ranges
/// and expiry. Reads see every acknowledged write (strong consistency). Thread-safe. One conformance suite
/// runs against every implementation: aws/dynamodb_store (production) and sandbox/sqlite_store (embedded).
/// Every method throws UpstreamFailure where the store can't be reached or refuses.
class DocumentStore {
 public:
  /// A transaction's most writes, DynamoDB's limit.
  static constexpr std::size_t kTransactionWritesMax = 100;

  virtual ~DocumentStore() = default;

  virtual pplx::task<std::optional<Document>> get(Key key) = 0;
  virtual pplx::task<Page> query(RangeQuery query) = 0;

  /// All writes or none, durable when the task completes. Returns the new version of each put (0 for others),
  /// in order. At most one write a key, 1..kTransactionWritesMax writes (InvalidRequest otherwise). A retry
  /// after a lost answer is never applied twice. Throws ConditionFailed.
  virtual pplx::task<std::vector<std::uint64_t>> transact(std::vector<Write> writes) = 0;

  /// Proves that the store can be read; for /readyz.
  virtual pplx::task<void> ping() = 0;
};

}  // namespace tidegate::state
