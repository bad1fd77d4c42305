#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "aws/client/aws_client.h"

namespace tidegate::aws {

/// Invokes a function that only computes, waits for it, and returns its answer. A handler's `{statusCode,
/// body}` is unwrapped. Throws AwsError, and UpstreamFailure where the function itself failed or answered no
/// JSON.
pplx::task<nlohmann::json> invoke_function(std::shared_ptr<AwsClient> client, std::string function,
                                           nlohmann::json event, Target target, Deadline deadline);

/// One sentence on why a function gave nothing, for `unavailable`.
std::string why_unavailable(const std::string& function, std::exception_ptr failure);

}  // namespace tidegate::aws
