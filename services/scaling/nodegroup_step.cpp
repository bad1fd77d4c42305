#include "services/scaling/nodegroup_step.h"

#include <nlohmann/json.hpp>

namespace tidegate::scaling {

using nlohmann::json;

namespace {

template <class T>
json value_or_null(const std::optional<T>& value) {
  return value ? json(*value) : json(nullptr);
}

json text_or_null(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

std::string text_of(const json& value) { return value.is_null() ? std::string() : value.get<std::string>(); }

json config_json(const ScalingConfig& config) {
  return {{"minSize", config.min_size}, {"maxSize", config.max_size}, {"desiredSize", config.desired_size}};
}

json config_or_null(const std::optional<ScalingConfig>& config) {
  return config ? config_json(*config) : json(nullptr);
}

std::optional<ScalingConfig> config_from(const json& value) {
  if (value.is_null()) return std::nullopt;
  return ScalingConfig{value.at("minSize"), value.at("maxSize"), value.at("desiredSize")};
}

json adjustments_json(const std::vector<Adjustment>& adjustments) {
  json all = json::array();
  for (const auto& one : adjustments)
    all.push_back({{"rule", one.rule}, {"nodes", one.nodes}, {"reason", one.reason}});
  return all;
}

json safety_json(const SafetyVerdict& verdict) {
  json checks = json::array();
  for (const auto& check : verdict.checks) {
    checks.push_back(
        {{"name", check.name}, {"result", check_result_name(check.result)}, {"detail", check.detail}});
  }
  return {{"safe", verdict.safe},
          {"reason", text_or_null(verdict.reason)},
          {"recommendation", text_or_null(verdict.recommendation)},
          {"checks", std::move(checks)}};
}

SafetyVerdict safety_from(const json& value) {
  SafetyVerdict verdict{
      value.at("safe"), text_of(value.at("reason")), text_of(value.at("recommendation")), {}};
  for (const json& check : value.at("checks")) {
    CheckResult result = CheckResult::kUnknown;
    for (const auto known : {CheckResult::kPassed, CheckResult::kFailed}) {
      if (check.at("result") == check_result_name(known)) result = known;
    }
    verdict.checks.push_back({check.at("name"), result, check.at("detail")});
  }
  return verdict;
}

json cost_json(const CostImpact& cost) {
  json price = nullptr;
  if (cost.node_price) {
    price = {{"usd_per_hour", cost.node_price->usd_per_hour},
             {"source", cost.node_price->source},
             {"observed_at", format_rfc3339(cost.node_price->observed_at)}};
  }
  return {{"nodes", cost.nodes},
          {"hourly_usd", value_or_null(cost.hourly_usd)},
          {"monthly_usd", value_or_null(cost.monthly_usd)},
          {"instance_type", text_or_null(cost.instance_type)},
          {"node_price", std::move(price)},
          {"reason", cost.reason}};
}

CostImpact cost_from(const json& value) {
  CostImpact cost;
  cost.nodes = value.at("nodes");
  if (!value.at("hourly_usd").is_null()) cost.hourly_usd = value.at("hourly_usd").get<double>();
  if (!value.at("monthly_usd").is_null()) cost.monthly_usd = value.at("monthly_usd").get<double>();
  cost.instance_type = text_of(value.at("instance_type"));
  const json& price = value.at("node_price");
  if (!price.is_null()) {
    cost.node_price =
        pricing::Quote{price.at("usd_per_hour"), price.at("source"), parse_rfc3339(price.at("observed_at"))};
  }
  cost.reason = value.at("reason");
  return cost;
}

json errors_json(const std::vector<HealthIssue>& errors) {
  json all = json::array();
  for (const auto& issue : errors) all.push_back({{"code", issue.code}, {"message", issue.message}});
  return all;
}

}  // namespace

std::string encode_step(const NodegroupStep& step) {
  return json({{"nodegroup", step.nodegroup},
               {"status", step.status},
               {"current", config_or_null(step.current)},
               {"target", config_or_null(step.target)},
               {"adjustments", adjustments_json(step.adjustments)},
               {"safety", step.safety ? safety_json(*step.safety) : json(nullptr)},
               {"cost", step.cost ? cost_json(*step.cost) : json(nullptr)},
               {"ai_optimizations", step.ai_optimizations},
               {"reason", step.reason},
               {"recommendation", step.recommendation},
               {"error", step.error},
               {"client_token", step.client_token},
               {"update_id", step.update_id},
               {"update_status", step.update_status},
               {"update_errors", errors_json(step.update_errors)},
               {"confirmed_after_takeover", step.confirmed_after_takeover}})
      .dump();
}

NodegroupStep decode_step(const std::string& text) {
  const json stored = json::parse(text);
  NodegroupStep step;
  step.nodegroup = stored.at("nodegroup");
  step.status = stored.at("status");
  step.current = config_from(stored.at("current"));
  step.target = config_from(stored.at("target"));
  for (const json& one : stored.at("adjustments")) {
    step.adjustments.push_back({one.at("rule"), one.at("nodes"), one.at("reason")});
  }
  if (!stored.at("safety").is_null()) step.safety = safety_from(stored.at("safety"));
  if (!stored.at("cost").is_null()) step.cost = cost_from(stored.at("cost"));
  step.ai_optimizations = stored.at("ai_optimizations");
  step.reason = stored.at("reason");
  step.recommendation = stored.at("recommendation");
  step.error = stored.at("error");
  step.client_token = stored.at("client_token");
  step.update_id = stored.at("update_id");
  step.update_status = stored.at("update_status");
  for (const json& issue : stored.at("update_errors")) {
    step.update_errors.push_back({issue.at("code"), issue.at("message")});
  }
  step.confirmed_after_takeover = stored.at("confirmed_after_takeover");
  return step;
}

std::string step_to_result_json(const NodegroupStep& step) {
  json item = {{"nodegroup", step.nodegroup}, {"status", step.status}};
  const bool changes = step.status == "scaling_initiated" || step.status == "scale_down_initiated" ||
                       step.status == "would_scale" || step.status == "recommended";
  if (changes) {
    item["previous_config"] = config_or_null(step.current);
    item["new_config"] = config_or_null(step.target);
    item["new_size"] = step.target ? json(step.target->desired_size) : json(nullptr);
    item["adjustments"] = adjustments_json(step.adjustments);
    item["ai_optimizations"] =
        step.ai_optimizations.empty() ? json::object() : json::parse(step.ai_optimizations);
  } else if (step.current) {
    item["current_config"] = config_json(*step.current);
  }
  if (step.cost) item["cost_impact"] = cost_json(*step.cost);
  if (step.safety) item["safety_checks"] = safety_json(*step.safety);
  if (!step.reason.empty()) item["reason"] = step.reason;
  if (!step.recommendation.empty()) item["recommendation"] = step.recommendation;
  if (!step.error.empty()) item["error"] = step.error;
  if (!step.update_id.empty()) item["update_id"] = step.update_id;
  if (step.confirmed_after_takeover) item["confirmed_after_takeover"] = true;
  return item.dump();
}

}  // namespace tidegate::scaling
