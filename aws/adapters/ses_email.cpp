#include "aws/adapters/ses_email.h"

#include <nlohmann/json.hpp>

#include "aws/adapters/delivery.h"
#include "aws/adapters/message.h"
#include "aws/operations/table.h"
#include "services/async/task.h"

namespace tidegate::aws {

using nlohmann::json;

namespace {

constexpr std::size_t kSubjectCodePointsMax = 200;

json text(const std::string& data) { return {{"Data", data}, {"Charset", "UTF-8"}}; }

}  // namespace

pplx::task<std::string> SesEmail::notify(alerts::Notification notification, Deadline deadline) {
  json simple = json::object();
  simple["Subject"] = text(headline(notification, kSubjectCodePointsMax));
  simple["Body"]["Text"] = text(mail_text(notification));
  json parameters = {{"FromEmailAddress", config_.from}};
  parameters["Destination"]["ToAddresses"] = config_.to;
  parameters["Content"]["Simple"] = std::move(simple);
  if (!config_.configuration_set.empty()) parameters["ConfigurationSetName"] = config_.configuration_set;
  std::exception_ptr failure;
  try {
    const Target target{config_.region, ""};
    const auto answer =
        co_await client_->call(sesv2().operation("SendEmail"), std::move(parameters), target, deadline);
    co_return answer.value("MessageId", notification.dedup_token);
  } catch (...) {
    failure = std::current_exception();
  }
  throw delivery_failure(failure);
}

}  // namespace tidegate::aws
