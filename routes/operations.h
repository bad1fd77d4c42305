#pragma once

#include <memory>

#include "routes/router.h"
#include "services/operations/runner.h"

namespace tidegate::routes {

/// GET /operations and GET /operations/{operation_id}.
void add_operation_routes(Routes& routes, std::shared_ptr<operations::OperationRunner> runner);

/// How a begun operation is answered: `status` with its result as the body; or, where the caller prefers not
/// to wait, 202 with Location (RFC 7240 respond-async). A replay is answered as the first request was,
/// whatever is preferred now, and says so.
pplx::task<Answer> begun_answer(operations::Begun begun, bool prefer_async, int status);

}  // namespace tidegate::routes
