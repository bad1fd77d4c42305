#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "services/operations/operation.h"
#include "services/state/store.h"

// Where operations, the marks of unfinished ones and idempotency claims stand in the document store.
//
//   operation/<shard>       <operation id>   the operation itself
//   open-operation/<shard>  <operation id>   there while it is unfinished: what replicas scan
//   idempotency/<principal> <key>            which operation a key stands for
//
// Shards keep one DynamoDB partition from taking every write.

namespace tidegate::operations {

inline constexpr std::array<std::string_view, 4> kShards = {"0", "1", "2", "3"};

state::Key operation_key(const std::string& id);
state::Key open_key(const std::string& id);
state::Key claim_key(const IdempotencyClaim& claim);

/// What a claim's document says.
struct StoredClaim {
  std::string route;
  std::string body_hash;
  std::string operation_id;
  /// The stored form of the operation as it was accepted, where the answer was "accepted"; empty otherwise.
  std::string accepted;
};

std::string encode_claim(const StoredClaim& claim);
StoredClaim decode_claim(const std::string& text);

}  // namespace tidegate::operations
