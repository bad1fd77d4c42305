#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "routes/call.h"
#include "server/contract/operation.h"
#include "services/error.h"

namespace tidegate::contract {

/// A call's body as JSON, held to its operation; null where there is none. Violations are added to `errors`,
/// up to kFieldErrorsMax in all. Throws UnsupportedMediaType for a body that is not declared as
/// application/json in UTF-8 or is compressed.
std::shared_ptr<const nlohmann::json> check_body(const Operation& operation, const routes::Call& call,
                                                 std::vector<FieldError>& errors);

}  // namespace tidegate::contract
