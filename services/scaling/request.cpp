#include "services/scaling/request.h"

#include <array>
#include <utility>

#include "services/error.h"
#include "services/json_reader.h"
#include "services/json_text.h"

namespace tidegate::scaling {

using simdjson::dom::element;

namespace {

constexpr std::array<std::pair<Action, std::string_view>, 4> kActions = {{
    {Action::kScaleUp, "scale_up"},
    {Action::kScaleDown, "scale_down"},
    {Action::kAnalyze, "analyze"},
    {Action::kSpotReplacement, "spot_replacement"},
}};

ScalingConfig defaults_of(Action action, const ScalingConfig& current) {
  switch (action) {
    case Action::kScaleUp:
      return {.min_size = 1, .max_size = 10, .desired_size = 1};
    case Action::kScaleDown:
      return {.min_size = 0, .max_size = 10, .desired_size = 0};
    case Action::kAnalyze:
    case Action::kSpotReplacement:
      break;
  }
  return current;
}

std::string encode_nodegroup(const NodegroupRequest& group) {
  return JsonObject()
      .string("name", group.name)
      .number("desired_size", group.desired_size)
      .number("min_size", group.min_size)
      .number("max_size", group.max_size)
      .take();
}

// What encode_request() did not write makes these throw simdjson_error, a runtime_error.

std::string text_in(element object, std::string_view name) {
  return std::string(object[name].get_string().value());
}

std::optional<int> number_in(element object, std::string_view name) {
  const element value = object[name];
  return value.is_null() ? std::nullopt : std::optional<int>(static_cast<int>(value.get_int64()));
}

}  // namespace

std::string_view action_name(Action action) {
  for (const auto& [known, name] : kActions) {
    if (known == action) return name;
  }
  return "analyze";
}

Action parse_action(const std::string& name) {
  for (const auto& [action, known] : kActions) {
    if (known == name) return action;
  }
  throw InvalidRequest("Unknown action: " + name,
                       {{"one of scale_up, scale_down, analyze, spot_replacement", "#/body/action"}});
}

ScalingConfig wanted_size(const NodegroupRequest& group, Action action, const ScalingConfig& current,
                          std::size_t index) {
  ScalingConfig wanted = defaults_of(action, current);
  wanted.min_size = group.min_size.value_or(wanted.min_size);
  wanted.max_size = group.max_size.value_or(wanted.max_size);
  wanted.desired_size = group.desired_size.value_or(wanted.desired_size);
  const std::string at = "#/body/nodegroups/" + std::to_string(index);
  if (wanted.min_size < 0 || wanted.desired_size < 0) {
    throw InvalidRequest("a node group's sizes can't be negative", {{"give 0 or more", at}});
  }
  if (wanted.max_size < 1) {
    throw InvalidRequest("a node group's max_size is at least 1", {{"give 1 or more", at + "/max_size"}});
  }
  if (wanted.min_size > wanted.max_size) {
    throw InvalidRequest("min_size " + std::to_string(wanted.min_size) + " is above max_size " +
                             std::to_string(wanted.max_size) + " of node group " + group.name,
                         {{"min_size is at most max_size", at + "/min_size"}});
  }
  return wanted;
}

std::string encode_request(const ScaleRequest& request) {
  return JsonObject()
      .string("action", action_name(request.action))
      .string("cluster", request.cluster.cluster)
      .string("region", request.cluster.region)
      .string("account", request.cluster.account)
      .string("ist_time", request.timestamp)
      .json("nodegroups", json_array(request.nodegroups, encode_nodegroup))
      .boolean("dry_run", request.dry_run)
      .take();
}

ScaleRequest decode_request(const std::string& text) {
  const JsonReader reader(text);
  const element stored = reader.root();
  ScaleRequest request;
  request.action = parse_action(text_in(stored, "action"));
  request.cluster = {text_in(stored, "account"), text_in(stored, "region"), text_in(stored, "cluster")};
  request.timestamp = text_in(stored, "ist_time");
  request.dry_run = stored["dry_run"].get_bool();
  for (const element group : stored["nodegroups"].get_array()) {
    request.nodegroups.push_back({text_in(group, "name"), number_in(group, "desired_size"),
                                  number_in(group, "min_size"), number_in(group, "max_size")});
  }
  return request;
}

}  // namespace tidegate::scaling
