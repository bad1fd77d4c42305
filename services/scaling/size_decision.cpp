#include "services/scaling/size_decision.h"

#include <algorithm>
#include <cmath>

namespace tidegate::scaling {

namespace {

std::string percent(double fraction) {
  const auto tenths = std::lround(fraction * 1000);
  return std::to_string(tenths / 10) + "." + std::to_string(std::abs(tenths % 10)) + " %";
}

std::string nodes(int count) { return std::to_string(count) + (count == 1 ? " node" : " nodes"); }

void clamp_to_limits(SizeDecision& decision) {
  ScalingConfig& target = decision.target;
  const int clamped = std::max(target.min_size, std::min(target.desired_size, target.max_size));
  if (clamped == target.desired_size) return;
  decision.adjustments.push_back({"clamp", clamped - target.desired_size,
                                  nodes(target.desired_size) + " is outside " +
                                      std::to_string(target.min_size) + ".." +
                                      std::to_string(target.max_size)});
  target.desired_size = clamped;
}

}  // namespace

SizeDecision decide_size(const ScalingConfig& wanted, const std::optional<DemandRecommendation>& forecast,
                         const AdjustmentPolicy& policy) {
  SizeDecision decision{wanted, {}};
  if (forecast && forecast->predicted_load_increase.value_or(0) > policy.load_increase_threshold) {
    const int share = static_cast<int>(wanted.desired_size * policy.load_increase_share);
    const int added = std::max(policy.load_increase_nodes_min, share);
    decision.target.desired_size += added;
    decision.adjustments.push_back({"predicted_load_increase", added,
                                    "the forecast sees " + percent(*forecast->predicted_load_increase) +
                                        " more load, above " + percent(policy.load_increase_threshold)});
  }
  if (forecast && forecast->spot_recommended.value_or(false)) {
    decision.target.desired_size += policy.spot_headroom_nodes;
    decision.adjustments.push_back({"spot_headroom", policy.spot_headroom_nodes,
                                    "spot is recommended, and its interruptions need " +
                                        nodes(policy.spot_headroom_nodes) + " of slack"});
  }
  clamp_to_limits(decision);
  return decision;
}

SizeDecision decide_spot_replacement(const ScalingConfig& wanted,
                                     const std::optional<std::string>& capacity_type,
                                     const AdjustmentPolicy& policy) {
  SizeDecision decision{wanted, {}};
  if (capacity_type == "SPOT") {
    decision.target.desired_size += policy.spot_headroom_nodes;
    decision.adjustments.push_back({"spot_headroom", policy.spot_headroom_nodes,
                                    nodes(policy.spot_headroom_nodes) +
                                        " carries the load while EKS replaces "
                                        "the interrupted instance"});
  }
  clamp_to_limits(decision);
  return decision;
}

}  // namespace tidegate::scaling
