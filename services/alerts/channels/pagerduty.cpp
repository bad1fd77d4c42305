#include "services/alerts/channels/pagerduty.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "services/alerts/channels/http_delivery.h"
#include "services/alerts/message_text.h"
#include "services/async/task.h"

namespace tidegate::alerts {

namespace {

using Json = nlohmann::json;

constexpr std::size_t kSummaryMax = 1024;
constexpr std::size_t kDedupKeyMax = 255;
constexpr std::size_t kClassMax = 255;
constexpr std::size_t kDetailsBytesMax = 400'000;  // of the 512 KB that an event may have

std::string severity_word(const std::string& severity) {
  for (const char* known : {"critical", "error", "warning", "info"}) {
    if (severity == known) return severity;
  }
  return "info";
}

/// The key in PagerDuty's answer, or ours where it gives none.
std::string key_in(const http::Response& response, std::string ours) {
  const Json json = Json::parse(response.body, nullptr, false);
  if (!json.is_object() || !json.contains("dedup_key") || !json["dedup_key"].is_string()) return ours;
  return json["dedup_key"].get<std::string>();
}

pplx::task<std::string> enqueue(std::shared_ptr<http::HttpClient> client, std::string endpoint,
                                std::string event, std::string token, Deadline deadline) {
  http::Request request;
  request.method = "POST";
  request.url = std::move(endpoint);
  request.headers.emplace_back("content-type", "application/json");
  request.body = std::move(event);
  http::Response response;
  try {
    const auto sent = client->send(std::move(request), deadline);
    response = co_await sent;
  } catch (const http::TransportFailure& failure) {
    throw failure_of_transport("PagerDuty", failure);
  }
  if (response.status < 200 || response.status > 299) throw failure_of_answer("PagerDuty", response);
  co_return key_in(response, std::move(token));
}

}  // namespace

std::string pagerduty_event(const Notification& notification, const PagerDutyConfig& config) {
  Json payload = {{"summary", shortened(notification.title, kSummaryMax)},
                  {"source", config.source},
                  {"severity", severity_word(notification.severity)},
                  {"class", shortened(notification.type, kClassMax)}};
  if (notification.alert_json.size() <= kDetailsBytesMax) {
    Json details = Json::parse(notification.alert_json, nullptr, false);
    if (!details.is_discarded()) payload["custom_details"] = std::move(details);
  }
  const Json event = {{"routing_key", config.routing_key},
                      {"event_action", "trigger"},
                      {"dedup_key", shortened(notification.dedup_token, kDedupKeyMax)},
                      {"client", "tidegate"},
                      {"payload", std::move(payload)}};
  return event.dump(-1, ' ', false, Json::error_handler_t::replace);
}

PagerDutyChannel::PagerDutyChannel(std::shared_ptr<http::HttpClient> client, PagerDutyConfig config)
    : client_(std::move(client)), config_(std::move(config)) {}

pplx::task<std::string> PagerDutyChannel::notify(Notification notification, Deadline deadline) {
  return enqueue(client_, config_.endpoint, pagerduty_event(notification, config_), notification.dedup_token,
                 deadline);
}

}  // namespace tidegate::alerts
