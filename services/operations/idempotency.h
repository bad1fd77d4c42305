#pragma once

#include <string>

namespace tidegate::operations {

/// A caller's wish that a request be carried out once: the Idempotency-Key header and what it was sent with.
/// A key belongs to its principal; another principal's same key is another key.
struct IdempotencyClaim {
  std::string principal;
  std::string route;      ///< the operationId that was called
  std::string key;        ///< 1..255 characters, unquoted
  std::string body_hash;  ///< hex SHA-256 of the canonical JSON body

  bool operator==(const IdempotencyClaim&) const = default;
};

}  // namespace tidegate::operations
