#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/scaling/cluster_api.h"
#include "services/scaling/demand_forecaster.h"
#include "services/scaling/settings.h"

namespace tidegate::scaling {

/// One rule that changed the wanted size, with the figures it used.
struct Adjustment {
  std::string rule;  ///< "predicted_load_increase", "spot_headroom", "clamp"
  int nodes = 0;     ///< added; negative where taken away
  std::string reason;
};

struct SizeDecision {
  ScalingConfig target;
  std::vector<Adjustment> adjustments;  ///< in the order they were applied; empty = as wanted
};

/// The size to ask for: what is wanted, adjusted by the forecast, clamped to min..max. A predicted load
/// increase above the threshold adds max(1, floor(0.2 x desired)), spot recommended adds 1 (seed 000,
/// optimize_scaling_config).
SizeDecision decide_size(const ScalingConfig& wanted, const std::optional<DemandRecommendation>& forecast,
                         const AdjustmentPolicy& policy);

/// The size while interrupted spot capacity is replaced: the wanted one and one node of headroom, up to max,
/// for a SPOT group; as wanted for any other.
SizeDecision decide_spot_replacement(const ScalingConfig& wanted,
                                     const std::optional<std::string>& capacity_type,
                                     const AdjustmentPolicy& policy);

}  // namespace tidegate::scaling
