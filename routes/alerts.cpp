#include "routes/alerts.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "routes/operations.h"
#include "services/alerts/alert.h"
#include "services/async/task.h"

namespace tidegate::routes {

using alerts::AlertFilter;
using alerts::AlertService;
using nlohmann::json;

namespace {

/// Text as a part of a path or query (RFC 3986: everything but unreserved characters is encoded).
std::string percent_encoded(const std::string& text) {
  constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (kUnreserved.find(c) != std::string_view::npos) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += kHex[byte >> 4U];
    encoded += kHex[byte & 0xFU];
  }
  return encoded;
}

pplx::task<Answer> create(std::shared_ptr<AlertService> service, Call call) {
  const json body = call.body ? *call.body : json::object();
  // The notification router's event wraps the alert; callers of this API need not.
  const bool wrapped = body.is_object() && body.contains("alert");
  const std::string alert = (wrapped ? body["alert"] : body).dump();
  const alerts::Sender sender{call.principal.id, call.request_id, call.idempotency, call.prefer_async,
                              call.traceparent};
  const auto taking_on = service->take_on(alert, sender);
  const auto begun = co_await taking_on;
  const auto answering = begun_answer(begun, call.prefer_async, 201);
  Answer answer = co_await answering;
  if (answer.status == 201) {
    const std::string alert_id = json::parse(*answer.body).at("alert_id");
    answer.headers.add("Location", "/alerts/" + percent_encoded(alert_id));
  }
  co_return answer;
}

std::string next_page(const AlertFilter& filter, const std::string& cursor) {
  std::string address =
      "/alerts?cursor=" + percent_encoded(cursor) + "&limit=" + std::to_string(filter.limit);
  if (filter.severity) address += "&severity=" + percent_encoded(*filter.severity);
  return address;
}

pplx::task<Answer> list(std::shared_ptr<AlertService> service, Call call) {
  AlertFilter filter;
  filter.severity = call.query.text("severity");
  filter.limit = static_cast<std::size_t>(call.query.integer("limit").value_or(20));
  filter.cursor = call.query.text("cursor").value_or("");
  const auto reading = service->list(filter);
  const auto page = co_await reading;
  json items = json::array();
  for (const auto& record : page.alerts) items.push_back(json::parse(alerts::record_json(record)));
  json body = {{"items", std::move(items)}, {"next_cursor", nullptr}, {"next", nullptr}};
  if (!page.next_cursor.empty()) {
    body["next_cursor"] = page.next_cursor;
    body["next"] = next_page(filter, page.next_cursor);
  }
  co_return json_answer(200, body.dump());
}

pplx::task<Answer> get(std::shared_ptr<AlertService> service, Call call) {
  const auto reading = service->get(call.path.text("alert_id").value_or(""));
  const auto record = co_await reading;
  co_return json_answer(200, alerts::record_json(record));
}

}  // namespace

void add_alert_routes(Routes& routes, std::shared_ptr<AlertService> service) {
  routes.on("createAlert", [service](Call call) { return create(service, std::move(call)); });
  routes.on("listAlerts", [service](Call call) { return list(service, std::move(call)); });
  routes.on("getAlert", [service](Call call) { return get(service, std::move(call)); });
}

}  // namespace tidegate::routes
