#include "aws/adapters/lambda_call.h"

#include <exception>
#include <nlohmann/json.hpp>

#include "aws/operations/table.h"
#include "services/async/task.h"

namespace tidegate::aws {

using nlohmann::json;

namespace {

[[noreturn]] void fail(const std::string& function, const std::string& why, const std::string& code) {
  throw UpstreamFailure("function " + function + " " + why,
                        {.service = "Lambda", .operation = "Invoke", .code = code, .http_status = 200});
}

json unwrapped(json answer) {
  const bool proxy_shape = answer.is_object() && answer.contains("statusCode") && answer.contains("body");
  if (!proxy_shape) return answer;
  const auto& body = answer["body"];
  if (!body.is_string()) return body;
  auto inner = json::parse(body.get_ref<const std::string&>(), nullptr, /*allow_exceptions=*/false);
  return inner.is_discarded() ? answer : inner;
}

}  // namespace

pplx::task<json> invoke_function(std::shared_ptr<AwsClient> client, std::string function, json event,
                                 Target target, Deadline deadline) {
  json parameters = {{"FunctionName", function}, {"InvocationType", "RequestResponse"}};
  parameters["Payload"] = event.dump();
  CallOptions options;
  options.effect = Effect::kRead;
  const auto answer = co_await client->call(lambda_functions().operation("Invoke"), std::move(parameters),
                                            std::move(target), deadline, options);
  const auto payload = json::parse(answer.value("Payload", ""), nullptr, /*allow_exceptions=*/false);
  const auto function_error = answer.value("FunctionError", "");
  if (!function_error.empty()) {
    const auto message = payload.is_object() ? payload.value("errorMessage", "") : "";
    fail(function, "failed: " + (message.empty() ? function_error : message), function_error);
  }
  if (payload.is_discarded()) fail(function, "answered something that is no JSON", "");
  co_return unwrapped(payload);
}

std::string why_unavailable(const std::string& function, std::exception_ptr failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const AwsError& error) {
    if (error.code() == "ResourceNotFoundException") return "function " + function + " does not exist";
    return error.what();
  } catch (const std::exception& error) {
    return error.what();
  }
}

}  // namespace tidegate::aws
