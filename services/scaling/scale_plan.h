#pragma once

#include <map>
#include <string>
#include <vector>

#include "services/async/when_all.h"
#include "services/scaling/demand_forecaster.h"
#include "services/scaling/nodegroup_step.h"
#include "services/scaling/request.h"
#include "services/scaling/safety.h"
#include "services/scaling/settings.h"

namespace tidegate::scaling {

/// Everything a plan is decided from.
struct ScaleSnapshot {
  std::vector<NodegroupRequest>
      asked;  ///< the request's groups; for analyze of a whole cluster, all of its groups
  std::vector<Settled<Nodegroup>> described;  ///< what EKS says of each, in the same order
  DemandForecast forecast;
  ClusterSnapshot cluster;
};

/// Whether any group would lose nodes, whatever the action is called: the cluster's workload is then needed
/// to decide.
bool takes_nodes_away(const ScaleRequest& request, const ScaleSnapshot& snapshot,
                      const ScalingSettings& settings);

/// What is to be done with each group, decided from the snapshot alone. A step whose status is empty is to be
/// applied.
std::vector<NodegroupStep> plan_scale(const ScaleRequest& request, ScaleSnapshot snapshot,
                                      const ScalingSettings& settings);

/// The plan's facts (workload, forecast) as JSON: kept with the operation, and shown in its answer.
std::string plan_facts(const ScaleSnapshot& snapshot, const SafetyPolicy& policy);

/// The answer of POST /scale: the seed's fields, and what we add.
std::string scale_result(const std::string& operation_id, const ScaleRequest& request,
                         const std::vector<NodegroupStep>& steps, const std::string& plan_facts);

}  // namespace tidegate::scaling
