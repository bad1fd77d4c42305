#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/clock.h"
#include "services/operations/idempotency.h"

namespace tidegate::operations {

enum class OperationState { kRunning, kSucceeded, kPartiallySucceeded, kFailed };

/// "running", "succeeded", "partially_succeeded", "failed".
std::string_view state_name(OperationState state);

/// One thing an operation does, such as one node group or one channel.
struct Step {
  std::string name;
  std::string state;   ///< "planned", "applying", "done", "failed"
  std::string detail;  ///< JSON: what the step needs to go on after a crash, and what it came to
};

/// Who works on an operation. `epoch` goes up with every new holder; whether a lease is still held is told by
/// the document's version going up, never by comparing clocks.
struct Lease {
  std::string holder;  ///< a replica's id, empty = given back
  std::uint64_t epoch = 0;
  std::int64_t length_ms = 0;
};

/// A change to the outside world, written down before its first outside call. What is recorded here is all
/// that a replica needs to finish or report it after the one that began it has died.
struct Operation {
  std::string id;    ///< "op_" and a ULID: sorts by time of creation
  std::string kind;  ///< "scale", "alert"
  OperationState state = OperationState::kRunning;
  std::string principal;
  std::string request_id;
  bool dry_run = false;
  Instant created_at;
  Instant updated_at;
  std::optional<Instant> finished_at;
  std::string request;  ///< JSON, as the service understood it (defaults filled in)
  std::vector<Step> steps;
  std::string result;  ///< JSON, the answer's body; empty while there is none
  std::string error;   ///< one sentence; empty where nothing failed as a whole
  Lease lease;
  std::optional<IdempotencyClaim> claim;
  std::string traceparent;  ///< W3C, of the request that began it; empty where none came

  /// The id of the caller's trace; empty where there is none.
  std::string_view trace_id() const;
  bool finished() const { return state != OperationState::kRunning; }
  /// The step of that name, or null.
  Step* find_step(std::string_view name);
  const Step* find_step(std::string_view name) const;
};

/// The stored form and back. decode throws std::runtime_error for a text that encode did not write.
std::string encode_operation(const Operation& operation);
Operation decode_operation(const std::string& text);

/// The form that callers see: without lease and claim (openapi: Operation).
std::string operation_to_api_json(const Operation& operation);

}  // namespace tidegate::operations
