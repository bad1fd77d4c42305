#include "services/scaling/scale_plan.h"

#include <algorithm>

#include "services/error.h"
#include "services/json_text.h"

namespace tidegate::scaling {

namespace {

std::string message_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "unknown failure";
  }
}

std::optional<DemandRecommendation> recommendation_for(const std::string& nodegroup,
                                                       const DemandForecast& forecast) {
  const auto found = forecast.by_nodegroup.find(nodegroup);
  if (found == forecast.by_nodegroup.end()) return std::nullopt;
  return found->second;
}

SizeDecision decide(Action action, const ScalingConfig& wanted, const Nodegroup& group,
                    const std::optional<DemandRecommendation>& forecast, const AdjustmentPolicy& policy) {
  switch (action) {
    case Action::kScaleUp:
    case Action::kAnalyze:
      return decide_size(wanted, forecast, policy);
    case Action::kSpotReplacement:
      return decide_spot_replacement(wanted, group.capacity_type, policy);
    case Action::kScaleDown:
      break;
  }
  return decide_size(wanted, std::nullopt, policy);
}

SizeDecision decide_group(const ScaleRequest& request, const NodegroupRequest& asked, const Nodegroup& group,
                          std::size_t index, const std::optional<DemandRecommendation>& forecast,
                          const ScalingSettings& settings) {
  const ScalingConfig wanted = wanted_size(asked, request.action, group.scaling, index);
  return decide(request.action, wanted, group, forecast, settings.adjustment);
}

/// Looks only: what is decided here is never applied.
bool looks_only(const ScaleRequest& request) { return request.dry_run || request.action == Action::kAnalyze; }

NodegroupStep plan_group(const ScaleRequest& request, const NodegroupRequest& asked, const Nodegroup& group,
                         std::size_t index, ScaleSnapshot& snapshot, const ScalingSettings& settings) {
  NodegroupStep step;
  step.nodegroup = asked.name;
  step.current = group.scaling;
  const auto forecast = recommendation_for(asked.name, snapshot.forecast);
  if (forecast) step.ai_optimizations = forecast->as_given;
  const SizeDecision decision = decide_group(request, asked, group, index, forecast, settings);
  step.adjustments = decision.adjustments;
  step.target = decision.target;
  if (decision.target == group.scaling) {
    step.status = "no_change_needed";
    step.reason = "Already at optimal configuration";
    return step;
  }
  const bool removes = decision.target.desired_size < group.scaling.desired_size;
  if (request.action == Action::kScaleDown || removes) {
    step.safety = check_scale_down(group, decision.target, snapshot.cluster, settings.safety);
    if (!step.safety->safe) {
      step.status = "scale_down_blocked";
      step.reason = step.safety->reason;
      step.recommendation = step.safety->recommendation;
      return step;
    }
  }
  if (looks_only(request)) step.status = request.action == Action::kAnalyze ? "recommended" : "would_scale";
  return step;
}

std::string summary_of(const std::vector<NodegroupStep>& steps) {
  int initiated = 0;
  int unchanged = 0;
  int blocked = 0;
  int failed = 0;
  int proposed = 0;
  int nodes = 0;
  std::optional<double> hourly = 0.0;
  std::optional<double> monthly = 0.0;
  for (const auto& step : steps) {
    if (step.status == "no_change_needed") ++unchanged;
    if (step.status == "scale_down_blocked") ++blocked;
    if (step.status == "error") ++failed;
    const bool proposes = step.status == "would_scale" || step.status == "recommended";
    const bool initiates = step.status == "scaling_initiated" || step.status == "scale_down_initiated";
    if (proposes) ++proposed;
    if (initiates) ++initiated;
    if (!proposes && !initiates) continue;
    if (step.current && step.target) nodes += step.target->desired_size - step.current->desired_size;
    const bool priced = step.cost && step.cost->hourly_usd && step.cost->monthly_usd;
    // One unknown price makes the sum unknown.
    hourly = hourly && priced ? std::optional(rounded_usd(*hourly + *step.cost->hourly_usd)) : std::nullopt;
    monthly =
        monthly && priced ? std::optional(rounded_usd(*monthly + *step.cost->monthly_usd)) : std::nullopt;
  }
  return JsonObject()
      .number("total", steps.size())
      .number("initiated", initiated)
      .number("proposed", proposed)
      .number("unchanged", unchanged)
      .number("blocked", blocked)
      .number("failed", failed)
      .number("nodes_change", nodes)
      .number("hourly_usd", hourly)
      .number("monthly_usd", monthly)
      .take();
}

}  // namespace

bool takes_nodes_away(const ScaleRequest& request, const ScaleSnapshot& snapshot,
                      const ScalingSettings& settings) {
  for (std::size_t i = 0; i < snapshot.asked.size(); ++i) {
    if (!snapshot.described[i].value) continue;
    const Nodegroup& group = *snapshot.described[i].value;
    const auto forecast = recommendation_for(snapshot.asked[i].name, snapshot.forecast);
    try {
      const auto decision = decide_group(request, snapshot.asked[i], group, i, forecast, settings);
      if (decision.target.desired_size < group.scaling.desired_size) return true;
    } catch (const InvalidRequest&) {
      continue;  // the plan says so
    }
  }
  return false;
}

std::vector<NodegroupStep> plan_scale(const ScaleRequest& request, ScaleSnapshot snapshot,
                                      const ScalingSettings& settings) {
  std::vector<NodegroupStep> steps;
  for (std::size_t i = 0; i < snapshot.asked.size(); ++i) {
    NodegroupStep step;
    step.nodegroup = snapshot.asked[i].name;
    try {
      if (snapshot.described[i].failure) std::rethrow_exception(snapshot.described[i].failure);
      step = plan_group(request, snapshot.asked[i], *snapshot.described[i].value, i, snapshot, settings);
    } catch (...) {
      step.status = "error";
      step.error = message_of(std::current_exception());
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

std::string plan_facts(const ScaleSnapshot& snapshot, const SafetyPolicy& policy) {
  const Workload& workload = snapshot.cluster.workload;
  std::string analysis;
  if (!workload.source.empty() || !workload.unavailable.empty()) {
    analysis =
        JsonObject()
            .number("cpu_reserved_percent", workload.cpu_reserved_percent)
            .number("memory_reserved_percent", workload.memory_reserved_percent)
            .number("nodes", snapshot.cluster.nodes)
            .number("nodes_needed", nodes_needed(snapshot.cluster, policy))
            .string_or_null("observed_at", workload.observed_at ? format_rfc3339(*workload.observed_at) : "")
            .string_or_null("source", workload.source)
            .string_or_null("unavailable", workload.unavailable)
            .take();
  }
  const auto& forecast = snapshot.forecast;
  std::string prediction;
  if (!forecast.source.empty()) {
    prediction = JsonObject()
                     .string("source", forecast.source)
                     .number("nodegroups", forecast.by_nodegroup.size())
                     .string_or_null("unavailable", forecast.unavailable)
                     .take();
  }
  return JsonObject().json("workload_analysis", analysis).json("forecast", prediction).take();
}

std::string scale_result(const std::string& operation_id, const ScaleRequest& request,
                         const std::vector<NodegroupStep>& steps, const std::string& plan_facts) {
  std::string answer = JsonObject()
                           .string("operation_id", operation_id)
                           .string("action", action_name(request.action))
                           .string("timestamp", request.timestamp)
                           .string("cluster", request.cluster.cluster)
                           .string("region", request.cluster.region)
                           .string_or_null("account", request.cluster.account)
                           .boolean("dry_run", request.dry_run)
                           .json("results", json_array(steps, step_to_result_json))
                           .json("summary", summary_of(steps))
                           .take();
  answer.back() = ',';
  return answer.append(plan_facts, 1);  // the members of another object
}

}  // namespace tidegate::scaling
