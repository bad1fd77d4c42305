#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "aws/operations/operation.h"
#include "services/http/http_client.h"

namespace tidegate::aws {

/// Path, query string and headers of a REST request. The body is the protocol's own business. Throws
/// InvalidRequest for an empty path member: it would name another resource.
http::Request build_rest_request(const Operation& operation, const nlohmann::json& parameters);

/// The member that is the whole body, or null.
const Member* payload_member(const Shape& shape);

/// Whether any member travels in the body as one of many.
bool has_body_members(const Shape& shape);

/// Adds the members that came in the status and in headers.
void decode_head(const Shape& shape, const http::Response& response, nlohmann::json& answer);

}  // namespace tidegate::aws
