#include "services/scaling/nodegroup_step.h"

#include <nlohmann/json.hpp>

#include "services/json_text.h"

namespace tidegate::scaling {

using nlohmann::json;

namespace {

std::string text_of(const json& value) { return value.is_null() ? std::string() : value.get<std::string>(); }

std::string config_text(const ScalingConfig& config) {
  return JsonObject()
      .number("minSize", config.min_size)
      .number("maxSize", config.max_size)
      .number("desiredSize", config.desired_size)
      .take();
}

std::string config_or_null(const std::optional<ScalingConfig>& config) {
  return config ? config_text(*config) : "";
}

std::optional<ScalingConfig> config_from(const json& value) {
  if (value.is_null()) return std::nullopt;
  return ScalingConfig{value.at("minSize"), value.at("maxSize"), value.at("desiredSize")};
}

std::string adjustments_text(const std::vector<Adjustment>& adjustments) {
  return json_array(adjustments, [](const Adjustment& one) {
    return JsonObject()
        .string("rule", one.rule)
        .number("nodes", one.nodes)
        .string("reason", one.reason)
        .take();
  });
}

std::string safety_text(const SafetyVerdict& verdict) {
  const std::string checks = json_array(verdict.checks, [](const SafetyCheck& check) {
    return JsonObject()
        .string("name", check.name)
        .string("result", check_result_name(check.result))
        .string("detail", check.detail)
        .take();
  });
  return JsonObject()
      .boolean("safe", verdict.safe)
      .string_or_null("reason", verdict.reason)
      .string_or_null("recommendation", verdict.recommendation)
      .json("checks", checks)
      .take();
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

std::string price_text(const pricing::Quote& price) {
  return JsonObject()
      .number("usd_per_hour", price.usd_per_hour)
      .string("source", price.source)
      .string("observed_at", format_rfc3339(price.observed_at))
      .take();
}

std::string cost_text(const CostImpact& cost) {
  return JsonObject()
      .number("nodes", cost.nodes)
      .number("hourly_usd", cost.hourly_usd)
      .number("monthly_usd", cost.monthly_usd)
      .string_or_null("instance_type", cost.instance_type)
      .json("node_price", cost.node_price ? price_text(*cost.node_price) : "")
      .string("reason", cost.reason)
      .take();
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

std::string errors_text(const std::vector<HealthIssue>& errors) {
  return json_array(errors, [](const HealthIssue& issue) {
    return JsonObject().string("code", issue.code).string("message", issue.message).take();
  });
}

}  // namespace

std::string encode_step(const NodegroupStep& step) {
  return JsonObject()
      .string("nodegroup", step.nodegroup)
      .string("status", step.status)
      .json("current", config_or_null(step.current))
      .json("target", config_or_null(step.target))
      .json("adjustments", adjustments_text(step.adjustments))
      .json("safety", step.safety ? safety_text(*step.safety) : "")
      .json("cost", step.cost ? cost_text(*step.cost) : "")
      .string("ai_optimizations", step.ai_optimizations)
      .string("reason", step.reason)
      .string("recommendation", step.recommendation)
      .string("error", step.error)
      .string("client_token", step.client_token)
      .string("update_id", step.update_id)
      .string("update_status", step.update_status)
      .json("update_errors", errors_text(step.update_errors))
      .boolean("outcome_unknown", step.outcome_unknown)
      .boolean("confirmed_after_takeover", step.confirmed_after_takeover)
      .take();
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
  step.outcome_unknown = stored.at("outcome_unknown");
  step.confirmed_after_takeover = stored.at("confirmed_after_takeover");
  return step;
}

std::string step_to_result_json(const NodegroupStep& step) {
  JsonObject item;
  item.string("nodegroup", step.nodegroup).string("status", step.status);
  const bool changes = step.status == "scaling_initiated" || step.status == "scale_down_initiated" ||
                       step.status == "would_scale" || step.status == "recommended";
  if (changes) {
    item.json("previous_config", config_or_null(step.current))
        .json("new_config", config_or_null(step.target))
        .number("new_size", step.target ? std::optional(step.target->desired_size) : std::nullopt)
        .json("ai_optimizations", step.ai_optimizations.empty() ? "{}" : step.ai_optimizations);
  } else if (step.current) {
    item.json("current_config", config_text(*step.current));
  }
  if (changes || !step.adjustments.empty()) item.json("adjustments", adjustments_text(step.adjustments));
  if (step.cost) item.json("cost_impact", cost_text(*step.cost));
  if (step.safety) item.json("safety_checks", safety_text(*step.safety));
  if (!step.reason.empty()) item.string("reason", step.reason);
  if (!step.recommendation.empty()) item.string("recommendation", step.recommendation);
  if (!step.error.empty()) item.string("error", step.error);
  if (!step.update_id.empty()) item.string("update_id", step.update_id);
  if (step.outcome_unknown) item.boolean("outcome_unknown", true);
  if (step.confirmed_after_takeover) item.boolean("confirmed_after_takeover", true);
  return item.take();
}

}  // namespace tidegate::scaling
