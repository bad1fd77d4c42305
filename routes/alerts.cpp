#include "routes/alerts.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "routes/operations.h"
#include "routes/paging.h"
#include "services/alerts/alert.h"
#include "services/async/task.h"

namespace tidegate::routes {

using alerts::AlertFilter;
using alerts::AlertService;
using nlohmann::json;

namespace {

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

pplx::task<Answer> list(std::shared_ptr<AlertService> service, Call call) {
  const Paging paging(call, "/alerts", {"severity"});
  AlertFilter filter;
  filter.severity = call.query.text("severity");
  filter.limit = paging.limit();
  filter.cursor = paging.position();
  const auto reading = service->list(filter);
  const auto page = co_await reading;
  json items = json::array();
  for (const auto& record : page.alerts) items.push_back(json::parse(alerts::record_json(record)));
  co_return json_answer(200, paging.page(std::move(items), page.next_cursor).dump());
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
