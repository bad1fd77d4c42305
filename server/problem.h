#pragma once

#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "routes/call.h"
#include "services/error.h"

namespace tidegate {

/// A failure as a caller is told it: RFC 9457.
struct Problem {
  int status = 500;
  std::string type = "internal-error";  ///< below "/problems/"
  std::string title = "Internal error";
  std::string detail;
  std::string instance = {};                             ///< empty = none
  std::vector<FieldError> errors = {};                   ///< what is wrong with the request
  std::optional<UpstreamFailure::Origin> upstream = {};  ///< the dependency that failed
  std::optional<std::chrono::seconds> retry_after = {};
  std::string allow = {};  ///< of a 405: "GET, HEAD"
};

/// The problem that stands for a failure: the one place where the types of services/error.h become statuses.
/// What is no tidegate::Error becomes a 500 whose detail tells nothing of the inside.
Problem problem_of(const std::exception_ptr& failure);

/// application/problem+json with a newline at its end, and the headers that belong to the status:
/// WWW-Authenticate, Retry-After, Allow.
routes::Answer answer_of(const Problem& problem, const std::string& request_id);

}  // namespace tidegate
