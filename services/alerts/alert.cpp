#include "services/alerts/alert.h"

#include <nlohmann/json.hpp>

#include "services/alerts/message_text.h"
#include "services/error.h"

namespace tidegate::alerts {

namespace {

// Sorted members: an answer that went through the store has the same bytes as the one that was first given.
using Json = nlohmann::json;

constexpr std::size_t kIdBytesMax = 256;  // ids and severities are part of store keys
constexpr std::size_t kTitleMax = 200;
constexpr std::size_t kErrorMax = 500;

/// Texts of other services may hold bytes that are no UTF-8, which JSON can't.
std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// A member as text, whatever type the sender gave it; empty where it is absent, null or empty.
std::string member(const Json& alert, const char* name) {
  const auto found = alert.find(name);
  if (found == alert.end() || found->is_null()) return "";
  return found->is_string() ? found->get<std::string>() : text_of(*found);
}

std::string first_of(const Json& alert, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (auto text = member(alert, name); !text.empty()) return text;
  }
  return "";
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json time_or_null(const std::optional<Instant>& time) {
  return time ? Json(format_rfc3339(*time)) : Json(nullptr);
}

std::string text_or_empty(const Json& json, const char* name) {
  return json.at(name).is_null() ? std::string() : json.at(name).get<std::string>();
}

const char* status_of(DeliveryState state) {
  switch (state) {
    case DeliveryState::kDelivered:
      return "success";
    case DeliveryState::kFailed:
      return "failed";
    case DeliveryState::kPending:
      break;
  }
  return "pending";
}

Json result_json(const Delivery& delivery) {
  return {{"channel", delivery.channel},
          {"status", status_of(delivery.state)},
          {"message_id", text_or_null(delivery.message_id)},
          {"error", text_or_null(delivery.error)},
          {"attempts", delivery.attempts},
          {"next_attempt_at", time_or_null(delivery.next_attempt_at)},
          {"possible_duplicate", delivery.possible_duplicate}};
}

Json routing_json(const RoutingDecision& routing) {
  return {{"severity_applied", routing.severity_applied},
          {"channels", routing.channels},
          {"escalation_time", routing.escalation_time.count()},
          {"retry_count", routing.retry_count},
          {"business_hours", routing.in_business_hours ? Json(*routing.in_business_hours) : Json(nullptr)},
          {"reasons", routing.reasons}};
}

RoutingDecision routing_from(const Json& json) {
  RoutingDecision routing;
  routing.severity_applied = json.at("severity_applied");
  routing.channels = json.at("channels").get<std::vector<std::string>>();
  routing.escalation_time = std::chrono::seconds(json.at("escalation_time").get<std::int64_t>());
  routing.retry_count = json.at("retry_count");
  if (!json.at("business_hours").is_null()) routing.in_business_hours = json.at("business_hours").get<bool>();
  routing.reasons = json.at("reasons").get<std::vector<std::string>>();
  return routing;
}

Json answer_members(const AlertRecord& record) {
  Json results = Json::array();
  for (const Delivery& delivery : record.deliveries) results.push_back(result_json(delivery));
  return {{"alert_id", record.alert.id},
          {"severity", record.alert.severity},
          {"notifications_sent", record.deliveries.size()},
          {"results", std::move(results)},
          {"routing", routing_json(record.routing)},
          {"operation_id", record.operation_id}};
}

std::string step_state_of(const Delivery& delivery) {
  if (delivery.state == DeliveryState::kDelivered) return "done";
  if (delivery.state == DeliveryState::kFailed) return "failed";
  return delivery.under_way ? "applying" : "planned";
}

}  // namespace

Alert parse_alert(const std::string& json_object, const std::string& made_up_id, std::size_t bytes_max) {
  const Json json = Json::parse(json_object, nullptr, false);
  if (!json.is_object()) {
    throw InvalidRequest("an alert is a JSON object", {{"must be an object", "#/body/alert"}});
  }
  Alert alert;
  alert.as_given = text_of(json);
  if (alert.as_given.size() > bytes_max) {
    throw InvalidRequest("an alert has at most " + std::to_string(bytes_max) + " bytes as JSON",
                         {{"is too long", "#/body"}});
  }
  alert.id = member(json, "id");
  // One that can't be looked up by is no reason to tell nobody.
  const bool unusable = alert.id.size() > kIdBytesMax || alert.id.find('\0') != std::string::npos;
  if (alert.id.empty() || unusable) alert.id = made_up_id;
  alert.severity = first_of(json, {"severity"});
  if (alert.severity.empty()) alert.severity = "info";
  if (alert.severity.size() > kIdBytesMax || alert.severity.find('\0') != std::string::npos) {
    throw InvalidRequest("a severity is a word", {{"is too long or holds NUL", "#/body/severity"}});
  }
  alert.type = first_of(json, {"type"});
  if (alert.type.empty()) alert.type = "general";
  alert.message = first_of(json, {"message", "description", "text"});
  alert.title = shortened(first_line(first_of(json, {"title", "summary", "subject", "name"})), kTitleMax);
  if (alert.title.empty()) alert.title = shortened(first_line(alert.message), kTitleMax);
  if (alert.title.empty()) alert.title = shortened(first_line(alert.type), kTitleMax) + " alert";
  return alert;
}

Notification notification_of(const Alert& alert, const std::string& operation_id,
                             const std::string& channel) {
  return {alert.id,
          alert.severity,
          alert.type,
          alert.title,
          alert.message,
          alert.as_given,
          operation_id + "/" + channel};
}

std::string encode_request(const Alert& alert, const RoutingDecision& routing) {
  const Json json = {
      {"alert_id", alert.id}, {"routing", routing_json(routing)}, {"alert", Json::parse(alert.as_given)}};
  return text_of(json);
}

operations::Step step_of(const Delivery& delivery) {
  const Json detail = {{"attempts", delivery.attempts},
                       {"failures", delivery.failures},
                       {"resends", delivery.resends},
                       {"message_id", text_or_null(delivery.message_id)},
                       {"error", text_or_null(shortened(delivery.error, kErrorMax))},
                       {"next_attempt_at", time_or_null(delivery.next_attempt_at)},
                       {"possible_duplicate", delivery.possible_duplicate}};
  return {delivery.channel, step_state_of(delivery), text_of(detail)};
}

Delivery delivery_of(const operations::Step& step) {
  const Json detail = Json::parse(step.detail);
  Delivery delivery;
  delivery.channel = step.name;
  if (step.state == "done") delivery.state = DeliveryState::kDelivered;
  if (step.state == "failed") delivery.state = DeliveryState::kFailed;
  delivery.under_way = step.state == "applying";
  delivery.attempts = detail.at("attempts");
  delivery.failures = detail.at("failures");
  delivery.resends = detail.at("resends");
  delivery.message_id = text_or_empty(detail, "message_id");
  delivery.error = text_or_empty(detail, "error");
  const std::string next = text_or_empty(detail, "next_attempt_at");
  if (!next.empty()) delivery.next_attempt_at = parse_rfc3339(next);
  delivery.possible_duplicate = detail.at("possible_duplicate");
  return delivery;
}

AlertRecord record_of(const operations::Operation& operation) {
  const Json request = Json::parse(operation.request);
  AlertRecord record;
  record.operation_id = operation.id;
  record.trace_id = operation.trace_id();
  record.alert = parse_alert(text_of(request.at("alert")), request.at("alert_id"), std::string::npos);
  record.routing = routing_from(request.at("routing"));
  for (const auto& step : operation.steps) record.deliveries.push_back(delivery_of(step));
  record.created_at = operation.created_at;
  record.updated_at = operation.updated_at;
  return record;
}

std::string answer_json(const AlertRecord& record) { return text_of(answer_members(record)); }

std::string record_json(const AlertRecord& record) {
  Json json = answer_members(record);
  json["created_at"] = format_rfc3339(record.created_at);
  json["updated_at"] = format_rfc3339(record.updated_at);
  json["alert"] = Json::parse(record.alert.as_given);
  return text_of(json);
}

}  // namespace tidegate::alerts
