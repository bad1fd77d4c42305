#pragma once

#include <memory>

#include "routes/router.h"
#include "services/operations/runner.h"

namespace tidegate::routes {

/// GET /operations and GET /operations/{operation_id}.
void add_operation_routes(Routes& routes, std::shared_ptr<operations::OperationRunner> runner);

/// 202 with Location: the operation goes on, and where to look at it (RFC 7240 respond-async).
Answer accepted_answer(const operations::Operation& operation);

/// 200 with the operation's result as its body, marked where it is the answer to an earlier request with the
/// same key.
Answer result_answer(const operations::Operation& operation, bool replayed);

}  // namespace tidegate::routes
