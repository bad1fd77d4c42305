#include "services/state/store_limits.h"

#include <set>
#include <string_view>
#include <utility>

#include "services/utf8.h"

namespace tidegate::state {

namespace {

void check_part(std::string_view part, const char* name) {
  const std::string which(name);
  if (part.size() > kKeyPartBytesMax) {
    throw InvalidRequest("a key's " + which + " is longer than " + std::to_string(kKeyPartBytesMax) +
                         " bytes");
  }
  if (part.find('\0') != std::string_view::npos || !is_utf8(part)) {
    throw InvalidRequest("a key's " + which + " is not UTF-8 without NUL");
  }
}

void check_filled_part(std::string_view part, const char* name) {
  if (part.empty()) throw InvalidRequest("a key's " + std::string(name) + " is empty");
  check_part(part, name);
}

}  // namespace

void check_key(const Key& key) {
  check_filled_part(key.partition, "partition");
  check_filled_part(key.sort, "sort");
}

void check_query(const RangeQuery& query) {
  check_filled_part(query.partition, "partition");
  check_part(query.sort_from, "sort_from");
  check_part(query.sort_until, "sort_until");
  check_part(query.cursor, "cursor");
  if (query.limit < 1 || query.limit > kPageDocumentsMax) {
    throw InvalidRequest("a page holds 1 to " + std::to_string(kPageDocumentsMax) + " documents");
  }
}

void check_transaction(const std::vector<Write>& writes) {
  if (writes.empty() || writes.size() > DocumentStore::kTransactionWritesMax) {
    throw InvalidRequest("a transaction holds 1 to " + std::to_string(DocumentStore::kTransactionWritesMax) +
                         " writes");
  }
  std::set<std::pair<std::string_view, std::string_view>> keys;
  std::size_t bytes = 0;
  for (const Write& write : writes) {
    check_key(write.key);
    if (write.body.size() > kBodyBytesMax) {
      throw InvalidRequest("a document's body is longer than " + std::to_string(kBodyBytesMax) + " bytes");
    }
    if (!is_utf8(write.body)) throw InvalidRequest("a document's body is not UTF-8");
    bytes += write.key.partition.size() + write.key.sort.size() + write.body.size();
    if (!keys.emplace(write.key.partition, write.key.sort).second) {
      throw InvalidRequest("a transaction writes one key twice");
    }
  }
  if (bytes > kTransactionBytesMax) {
    throw InvalidRequest("a transaction is larger than " + std::to_string(kTransactionBytesMax) + " bytes");
  }
}

}  // namespace tidegate::state
