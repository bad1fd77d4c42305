#pragma once

#include <pplx/pplxtasks.h>

#include <map>
#include <optional>
#include <string>

#include "services/async/deadline.h"
#include "services/scaling/cluster_api.h"

namespace tidegate::scaling {

/// What a forecaster says of one node group (seed 000: `recommendations.<nodegroup>`).
struct DemandRecommendation {
  std::optional<double> predicted_load_increase;  ///< fraction: 0.3 is 30 % more
  std::optional<bool> spot_recommended;           ///< `spot_optimization.recommended`
  std::string as_given;  ///< the recommendation's JSON text, echoed to the caller as `ai_optimizations`
};

struct DemandForecast {
  std::map<std::string, DemandRecommendation> by_nodegroup;
  std::string source;       ///< "lambda:demand-forecaster", "none"
  std::string unavailable;  ///< why there is no forecast; empty where there is one
};

/// Predicts demand. Never throws for an absent or failing forecaster: scaling goes on without adjustment, and
/// `unavailable` says why (seed 000, get_ai_scaling_recommendations).
class DemandForecaster {
 public:
  virtual ~DemandForecaster() = default;
  virtual pplx::task<DemandForecast> recommend(ClusterRef cluster, std::string action, Deadline deadline) = 0;
};

}  // namespace tidegate::scaling
