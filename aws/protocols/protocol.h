#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "aws/operations/operation.h"
#include "services/http/http_client.h"

namespace tidegate::aws {

/// What an error answer says.
struct ErrorAnswer {
  std::string
      code;  ///< without namespace or address: "ThrottlingException"; the HTTP status where AWS gives none
  std::string message;
  std::string request_id;
  std::string query_code;  ///< the older code of a query-compatible service, empty elsewhere
};

/// A request without host and signature: `url` is path and query.
http::Request build_request(const Operation& operation, const nlohmann::json& parameters);

/// The same with a body that is the request's JSON already. Throws std::logic_error where the protocol is not
/// JSON.
http::Request build_json_request(const Operation& operation, std::string body);

/// The members of the operation's output shape that the answer holds. Throws std::runtime_error with a reason
/// where the body is not what the protocol says.
nlohmann::json parse_answer(const Operation& operation, const http::Response& response);

/// Reads an error of the operation's protocol; never throws: a body that can't be read is an error too.
ErrorAnswer parse_error(const Operation& operation, const http::Response& response);

/// The request id of any answer, or empty.
std::string request_id_of(const http::Response& response);

}  // namespace tidegate::aws
