#pragma once

#include <nlohmann/json_fwd.hpp>

#include "aws/operations/operation.h"

namespace tidegate::aws {

/// Calls an operation through the whole client, once and signed: order holds "endpoint" (URL), "keys" {id,
/// secret}, "parameters" and "region". Returns {"answer": ...}, or {"refused": {code, message, status,
/// request_id, throttling, retryable}} for an AwsError. With "all": true every page is read: {"items":
/// [...]}.
nlohmann::json live_call(const Operation& operation, const nlohmann::json& order);

}  // namespace tidegate::aws
