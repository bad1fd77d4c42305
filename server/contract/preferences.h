#pragma once

#include <optional>
#include <string>

#include "routes/call.h"
#include "server/contract/operation.h"
#include "services/operations/idempotency.h"

namespace tidegate::contract {

/// Whether one of the Prefer headers asks for `respond-async` (RFC 7240).
bool prefers_async(const routes::Headers& headers);

/// What a call's Idempotency-Key claims, for an operation that takes one; null where none was sent. Call it
/// for a call that passed Contract::validate() and whose principal is known. The hash is over the path's and
/// query's parameters and the body with its members in order, so that neither white space nor the order of
/// members makes another request.
std::optional<operations::IdempotencyClaim> idempotency_claim(const Operation& operation,
                                                              const routes::Call& call);

}  // namespace tidegate::contract
