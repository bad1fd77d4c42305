#include "aws/adapters/sns_sms.h"

#include <nlohmann/json.hpp>

#include "aws/adapters/delivery.h"
#include "aws/adapters/message.h"
#include "aws/operations/table.h"
#include "services/alerts/message_text.h"
#include "services/async/when_all.h"
#include "services/telemetry/log.h"

namespace tidegate::aws {

using nlohmann::json;

namespace {

constexpr std::size_t kNumbersInParallelMax = 8;

json attribute(const std::string& value) { return {{"DataType", "String"}, {"StringValue", value}}; }

pplx::task<std::string> publish(std::shared_ptr<AwsClient> client, SnsSmsConfig config, std::string number,
                                std::string message, Deadline deadline) {
  json parameters = {{"PhoneNumber", number}, {"Message", message}};
  parameters["MessageAttributes"]["AWS.SNS.SMS.SMSType"] = attribute("Transactional");
  if (!config.sender_id.empty()) {
    parameters["MessageAttributes"]["AWS.SNS.SMS.SenderID"] = attribute(config.sender_id);
  }
  const Target target{config.region, ""};
  const auto answer =
      co_await client->call(sns().operation("Publish"), std::move(parameters), target, deadline);
  co_return answer.value("MessageId", "");
}

}  // namespace

pplx::task<std::string> SnsSms::notify(alerts::Notification notification, Deadline deadline) {
  const auto message =
      alerts::shortened(headline(notification, config_.text_code_points_max) + ": " + notification.message,
                        config_.text_code_points_max);
  const auto send = [client = client_, config = config_, message, deadline](const std::string& number) {
    return publish(client, config, number, message, deadline);
  };
  const auto sent =
      co_await when_all_settled<std::string>(config_.phone_numbers, kNumbersInParallelMax, send);
  std::string ids;
  std::optional<alerts::DeliveryFailed> failure;
  bool maybe_delivered = false;
  int failed = 0;
  for (const auto& one : sent) {
    if (one.failure) {
      failure = delivery_failure(one.failure);
      maybe_delivered = maybe_delivered || failure->maybe_delivered();
      ++failed;
    } else {
      ids += (ids.empty() ? "" : ",") + *one.value;
    }
  }
  if (ids.empty() && failure) {
    throw alerts::DeliveryFailed(
        failure->what(),
        {.retryable = failure->retryable(), .retry_after = {}, .maybe_delivered = maybe_delivered});
  }
  if (failed > 0) log(LogLevel::kWarning, "sms.some_numbers_failed", {{"failed", std::int64_t{failed}}});
  co_return ids;
}

}  // namespace tidegate::aws
