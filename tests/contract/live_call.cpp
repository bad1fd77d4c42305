#include "tests/contract/live_call.h"

#include <nlohmann/json.hpp>

#include "aws/accounts/account_credentials.h"
#include "aws/client/aws_client.h"
#include "aws/client/paged.h"
#include "aws/http/curl_client.h"
#include "aws/random.h"
#include "services/telemetry/telemetry.h"
#include "tests/unit/aws/support/clocks.h"

namespace tidegate::aws {

using nlohmann::json;

namespace {

class GivenKeys final : public CredentialsProvider {
 public:
  explicit GivenKeys(const json& keys)
      : keys_(std::make_shared<Credentials>(Credentials{keys.at("id"), keys.at("secret")})) {}
  pplx::task<SharedCredentials> credentials(Deadline) override { return pplx::task_from_result(keys_); }

 private:
  SharedCredentials keys_;
};

/// A client of one endpoint.
struct LiveClient {
  explicit LiveClient(const json& order)
      : url(order.at("endpoint")), keys(order.at("keys")), client(config(url), parts()) {}

  static AwsConfig config(const std::string& url) {
    AwsConfig config;
    config.endpoints.overrides.push_back({.service = "", .url = url});
    config.retry.attempts_max = config.retry.attempts_max_dynamodb = 1;
    config.breaker.enabled = false;
    return config;
  }
  AwsClientParts parts() {
    return {std::make_shared<CurlClient>(CurlClientConfig{}, clock), clock, telemetry,
            std::make_shared<OwnAccount>(keys), thread_random()};
  }

  std::string url;
  GivenKeys keys;
  RealClock clock;
  NoTelemetry telemetry;
  AwsClient client;
};

json refusal(const AwsError& error) {
  return {{"code", error.code()},
          {"message", error.message()},
          {"status", error.origin().http_status},
          {"request_id", error.origin().request_id},
          {"throttling", error.origin().throttling},
          {"retryable", error.origin().retryable}};
}

}  // namespace

json live_call(const Operation& operation, const json& order) {
  static std::unique_ptr<LiveClient> live;
  if (!live || live->url != order.at("endpoint")) live = std::make_unique<LiveClient>(order);
  const auto deadline = Deadline::after(live->clock, std::chrono::seconds(30));
  const Target target{order.at("region"), ""};
  try {
    if (order.value("all", false)) {
      const auto paged = live->client.call_all(operation, order.at("parameters"), target, deadline).get();
      return {{"items", paged.items}};
    }
    return {{"answer", live->client.call(operation, order.at("parameters"), target, deadline).get()}};
  } catch (const AwsError& error) {
    return {{"refused", refusal(error)}};
  }
}

}  // namespace tidegate::aws
