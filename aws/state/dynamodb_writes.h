#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "aws/state/dynamodb_table.h"
#include "services/state/store.h"

// Internal to aws/state/.

namespace tidegate::aws {

/// What one try to write came to: done, refused by the caller's condition, or (neither) got in the way of
/// others and may be tried anew, for nothing was written.
struct WriteOutcome {
  std::optional<std::vector<std::uint64_t>> versions;
  std::optional<std::size_t> refused;
};

/// Tries a transaction once. `now` is what expiry is judged by. Throws UpstreamFailure.
pplx::task<WriteOutcome> try_writes(const DynamoDbTable* table,
                                    std::shared_ptr<const std::vector<state::Write>> writes, Instant now,
                                    Deadline deadline);

}  // namespace tidegate::aws
