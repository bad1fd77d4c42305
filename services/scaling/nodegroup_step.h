#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/scaling/cost_impact.h"
#include "services/scaling/safety.h"
#include "services/scaling/size_decision.h"

namespace tidegate::scaling {

/// What one node group of a request came to; a step of the operation, and an item of the answer's `results`.
/// `status` is the seed's: scaling_initiated, no_change_needed, scale_down_initiated, scale_down_blocked,
/// error; and would_scale (dry run) and recommended (analyze). Empty while the change is under way.
struct NodegroupStep {
  std::string nodegroup;
  std::string status;
  std::optional<ScalingConfig> current;  ///< as EKS said it is, before any change
  std::optional<ScalingConfig> target;
  std::vector<Adjustment> adjustments;
  std::optional<SafetyVerdict> safety;
  std::optional<CostImpact> cost;
  std::string ai_optimizations;  ///< the forecast as given, JSON; empty where there was none
  std::string reason;
  std::string recommendation;
  std::string error;
  std::string client_token;   ///< the update's clientRequestToken: a repeat is the same change
  std::string update_id;      ///< EKS's id of the update
  std::string update_status;  ///< "InProgress", "Successful", "Failed", "Cancelled"; empty where not known
  std::vector<HealthIssue> update_errors;
  bool outcome_unknown = false;  ///< EKS was asked, and neither its answer nor the group shows what it did
  bool confirmed_after_takeover = false;  ///< found applied by a replica that took the operation over
};

/// The step's record in the operation, and back.
std::string encode_step(const NodegroupStep& step);
NodegroupStep decode_step(const std::string& text);

/// The step as the answer shows it: the seed's names (previous_config, new_config, new_size, safety_checks
/// ...) with EKS's own in the configurations. A private detail such as the token is left out.
std::string step_to_result_json(const NodegroupStep& step);

}  // namespace tidegate::scaling
