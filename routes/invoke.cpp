#include "routes/invoke.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "routes/spot.h"
#include "services/async/task.h"
#include "services/error.h"

namespace tidegate::routes {

using nlohmann::json;

namespace {

using SharedPorts = std::shared_ptr<const InvokePorts>;  // calls outlive the registration

std::string text_of(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

std::string text_member(const json& event, const char* name, const std::string& otherwise) {
  const auto found = event.find(name);
  if (found == event.end() || found->is_null()) return otherwise;
  if (!found->is_string()) {
    throw InvalidRequest(std::string(name) + " must be a string",
                         {{"must be a string", std::string("#/body/") + name}});
  }
  return found->get<std::string>();
}

std::vector<std::string> texts_member(const json& event, const char* name) {
  constexpr std::size_t kTextsMax = 100;
  const auto found = event.find(name);
  if (found == event.end() || found->is_null()) return {};
  if (!found->is_array() || found->size() > kTextsMax) {
    throw InvalidRequest(
        std::string(name) + " must be a list of at most " + std::to_string(kTextsMax) + " strings",
        {{"must be a list of strings", std::string("#/body/") + name}});
  }
  std::vector<std::string> texts;
  for (const json& item : *found) {
    if (!item.is_string()) {
      throw InvalidRequest(std::string(name) + " must be a list of strings",
                           {{"must be a list of strings", std::string("#/body/") + name}});
    }
    texts.push_back(item.get<std::string>());
  }
  return texts;
}

/// The seed's router answers each channel with a message id or an error. An attempt that will be repeated is
/// one that failed, as far as its callers can tell; when it is due is told beside it.
json seed_result(const json& result) {
  json seed = result;
  if (result.at("status") == "success") {
    seed.erase("error");
  } else {
    seed["status"] = "failed";
    seed.erase("message_id");
  }
  return seed;
}

/// The answer of POST /alerts as the notification router gave it. Id and severity are echoed as they came.
std::string seed_alert_body(const std::string& answer, const json& alert) {
  const json given = json::parse(answer);
  json results = json::array();
  for (const json& result : given.at("results")) results.push_back(seed_result(result));
  const auto id = alert.find("id");
  const bool echo = id != alert.end() && !id->is_null() && *id != json("");
  return text_of({{"alert_id", echo ? *id : given.at("alert_id")},
                  {"severity", alert.value("severity", given.at("severity"))},
                  {"notifications_sent", given.at("notifications_sent")},
                  {"results", std::move(results)},
                  {"routing", given.at("routing")},
                  {"operation_id", given.at("operation_id")}});
}

pplx::task<HandlerBody> route_notification(SharedPorts ports, Call call) {
  const json alert = call.body->value("alert", json::object());
  const alerts::Sender sender{call.principal.id, call.request_id, call.idempotency, false, call.traceparent};
  const auto taking_on = ports->alerts->take_on(alert.dump(), sender);
  const auto begun = co_await taking_on;
  const auto operation = co_await begun.answered;
  co_return HandlerBody{seed_alert_body(operation->result, alert), begun.replayed};
}

pplx::task<HandlerBody> optimize_spot(SharedPorts ports, Call call) {
  // The seed's default, "analyze", is an action that it refuses; what it means is analyze_opportunities.
  const std::string action = text_member(*call.body, "action", "analyze");
  const std::string region = text_member(*call.body, "region", "");
  HandlerBody answer;
  if (action == "analyze" || action == "analyze_opportunities") {
    spot::OpportunityQuery query;
    query.region = region;
    query.instance_types = texts_member(*call.body, "instance_types");
    const auto analyzing = ports->spot->opportunities(std::move(query));
    const auto report = co_await analyzing;
    answer.body = render_opportunities(report);
    co_return answer;
  }
  if (action == "price_forecast") {
    spot::ForecastQuery query;
    query.region = region;
    query.instance_types = texts_member(*call.body, "instance_types");
    const auto forecasting = ports->spot->forecast(std::move(query));
    const auto report = co_await forecasting;
    answer.body = render_forecast(report);
    co_return answer;
  }
  if (action == "optimize_placement" || action == "handle_interruption") {
    throw Unsupported("the spot optimizer's action " + action + " is not built yet");
  }
  throw InvalidRequest("Unknown action: " + action, {{"is not an action", "#/body/action"}});
}

pplx::task<HandlerBody> scale(SharedPorts ports, Call call) { return ports->scale(std::move(call)); }

struct KnownHandler {
  std::string_view name;
  pplx::task<HandlerBody> (*handle)(SharedPorts, Call);
  bool names_cluster;  ///< whether its errors name cluster and region, as the seed's do
};

constexpr KnownHandler kHandlers[] = {{"eks-scaler", scale, true},
                                      {"spot-optimizer", optimize_spot, false},
                                      {"notification-router", route_notification, false}};

const KnownHandler& handler_named(const std::string& name) {
  for (const KnownHandler& handler : kHandlers) {
    if (handler.name == name) return handler;
  }
  throw NotFound("there is no handler \"" + name + "\"");
}

/// EventBridge's envelope names the account and region that an event came from, not those it is for: the
/// scaler, which takes either from its own settings, is not to act there.
json without_origin(const json& event) {
  json rest = event;
  if (rest.contains("detail-type")) {
    rest.erase("account");
    rest.erase("region");
  }
  return rest;
}

json failure_body(const InvokePorts& ports, const KnownHandler& handler, const json& event,
                  const Error& error) {
  json body = {{"error", error.what()}};
  if (!error.instance().empty()) body["operation"] = error.instance();
  if (handler.names_cluster) {
    const auto named = [&event](const char* name, const std::string& otherwise) {
      const auto found = event.find(name);
      const std::string text =
          found != event.end() && found->is_string() ? found->get<std::string>() : otherwise;
      return text.empty() ? json(nullptr) : json(text);
    };
    body["cluster"] = named("cluster", ports.default_cluster);
    body["region"] = named("region", ports.default_region);
  }
  return body;
}

Answer lambda_answer(int status_code, const std::string& body) {
  return json_answer(200, text_of({{"statusCode", status_code}, {"body", body}}));
}

pplx::task<Answer> invoke(SharedPorts ports, Call call) {
  const KnownHandler& handler = handler_named(call.path.text("handler").value_or(""));
  if (!call.body || !call.body->is_object()) {
    throw InvalidRequest("an event is a JSON object", {{"must be an object", "#/body"}});
  }
  call.prefer_async = false;  // Lambda's callers wait
  // A key used for one handler is not the same request at another.
  if (call.idempotency) call.idempotency->route += "/" + std::string(handler.name);

  if (handler.names_cluster) call.body = std::make_shared<const json>(without_origin(*call.body));
  const auto event = call.body;
  try {
    const auto handling = handler.handle(ports, std::move(call));
    const auto handled = co_await handling;
    Answer answer = lambda_answer(200, handled.body);
    if (handled.replayed) answer.headers.add("Idempotent-Replayed", "true");
    co_return answer;
  } catch (const InvalidRequest& error) {
    co_return lambda_answer(400, text_of(failure_body(*ports, handler, *event, error)));
  } catch (const UpstreamFailure& error) {
    co_return lambda_answer(500, text_of(failure_body(*ports, handler, *event, error)));
  } catch (const NotFound& error) {
    co_return lambda_answer(500, text_of(failure_body(*ports, handler, *event, error)));
  } catch (const DeadlineExceeded& error) {
    co_return lambda_answer(500, text_of(failure_body(*ports, handler, *event, error)));
  }
}

}  // namespace

void add_invoke_routes(Routes& routes, InvokePorts ports) {
  const SharedPorts shared = std::make_shared<const InvokePorts>(std::move(ports));
  routes.on("invokeHandler", [shared](Call call) { return invoke(shared, std::move(call)); });
}

}  // namespace tidegate::routes
