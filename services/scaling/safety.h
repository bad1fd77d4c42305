#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/scaling/cluster_api.h"
#include "services/scaling/settings.h"
#include "services/scaling/workload_source.h"

namespace tidegate::scaling {

enum class CheckResult { kPassed, kFailed, kUnknown };

/// "passed", "failed", "unknown".
std::string_view check_result_name(CheckResult result);

/// One question asked before nodes go, with the figures it was answered from.
struct SafetyCheck {
  std::string name;  ///< "nodegroup_active", "cluster_floor", "workload_fits"
  CheckResult result = CheckResult::kPassed;
  std::string detail;
};

struct SafetyVerdict {
  bool safe = true;
  std::string reason;          ///< of the first check that blocks; empty where safe
  std::string recommendation;  ///< what to do instead; empty where safe
  std::vector<SafetyCheck> checks;
};

/// What scale-down decisions of one request look at.
struct ClusterSnapshot {
  std::optional<int> nodes;  ///< every managed node group's desired size together; null = not known
  Workload workload;
  int removed = 0;  ///< approved so far, so that two groups can't both lean on the same spare capacity
};

/// Whether `group` may go down to `target`, as far as can be known, and counts the removal in `cluster` where
/// it may. Pods' reservations are compared with the capacity that is left, nodes taken as equal. Nodes
/// outside managed node groups are capacity only where the policy says so: a figure that is minutes old may
/// count nodes that are gone.
SafetyVerdict check_scale_down(const Nodegroup& group, const ScalingConfig& target, ClusterSnapshot& cluster,
                               const SafetyPolicy& policy);

/// How many nodes hold the workload at no more than the policy's reserved share; null where figures are
/// missing.
std::optional<int> nodes_needed(const ClusterSnapshot& cluster, const SafetyPolicy& policy);

}  // namespace tidegate::scaling
