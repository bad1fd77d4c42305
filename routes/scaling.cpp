#include "routes/scaling.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "routes/operations.h"
#include "services/async/task.h"
#include "services/error.h"

namespace tidegate::routes {

using nlohmann::json;
using scaling::NodegroupRequest;
using scaling::ScaleRequest;
using scaling::ScalingService;

namespace {

std::string text_member(const json& event, const char* name) {
  const auto found = event.find(name);
  if (found == event.end() || found->is_null()) return "";
  if (!found->is_string()) {
    throw InvalidRequest(std::string(name) + " must be a string",
                         {{"must be a string", std::string("#/body/") + name}});
  }
  return found->get<std::string>();
}

bool flag_member(const json& event, const char* name) {
  const auto found = event.find(name);
  if (found == event.end() || found->is_null()) return false;
  if (!found->is_boolean()) {
    throw InvalidRequest(std::string(name) + " must be true or false",
                         {{"must be a boolean", std::string("#/body/") + name}});
  }
  return found->get<bool>();
}

std::optional<int> size_member(const json& group, const char* name, const std::string& at) {
  const auto found = group.find(name);
  if (found == group.end() || found->is_null()) return std::nullopt;
  constexpr int kSizeMax = 10'000;
  if (!found->is_number_integer() || *found < 0 || *found > kSizeMax) {
    throw InvalidRequest(std::string(name) + " must be a whole number from 0 to " + std::to_string(kSizeMax),
                         {{"must be a whole number", at + "/" + name}});
  }
  return found->get<int>();
}

NodegroupRequest nodegroup_from(const json& group, const std::string& at) {
  if (!group.is_object() || text_member(group, "name").empty()) {
    throw InvalidRequest("a node group needs a name", {{"name it", at + "/name"}});
  }
  return {text_member(group, "name"), size_member(group, "desired_size", at),
          size_member(group, "min_size", at), size_member(group, "max_size", at)};
}

/// The seed's event. Checked here too, not only by the contract: /invoke takes whatever the old caller sends.
ScaleRequest request_from(const json& event) {
  ScaleRequest request;
  const std::string action = text_member(event, "action");
  if (!action.empty()) request.action = scaling::parse_action(action);
  request.cluster = {text_member(event, "account"), text_member(event, "region"),
                     text_member(event, "cluster")};
  request.timestamp = text_member(event, "ist_time");
  request.dry_run = flag_member(event, "dry_run");
  const json groups = event.value("nodegroups", json::array());
  if (!groups.is_array()) {
    throw InvalidRequest("nodegroups must be a list", {{"must be a list", "#/body/nodegroups"}});
  }
  for (std::size_t i = 0; i < groups.size(); ++i) {
    request.nodegroups.push_back(nodegroup_from(groups[i], "#/body/nodegroups/" + std::to_string(i)));
  }
  return request;
}

scaling::Caller caller_of(const Call& call) {
  return {call.principal.id, call.request_id, call.idempotency, call.prefer_async, call.traceparent};
}

pplx::task<Answer> scale(std::shared_ptr<ScalingService> service, Call call) {
  const auto body = call.body ? *call.body : json::object();
  const auto beginning = service->begin(request_from(body), caller_of(call));
  const auto begun = co_await beginning;
  const auto answering = begun_answer(begun, call.prefer_async, 200);
  co_return co_await answering;
}

}  // namespace

void add_scaling_routes(Routes& routes, std::shared_ptr<ScalingService> service) {
  routes.on("scaleNodegroups", [service](Call call) { return scale(service, std::move(call)); });
}

pplx::task<HandlerBody> scale_from_event(std::shared_ptr<ScalingService> service, Call call) {
  const json event = call.body ? *call.body : json::object();
  const auto beginning = service->begin(request_from(event), caller_of(call));
  const auto begun = co_await beginning;
  const auto answered = co_await begun.answered;
  co_return HandlerBody{answered->result, begun.replayed};
}

}  // namespace tidegate::routes
