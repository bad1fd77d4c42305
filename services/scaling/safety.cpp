#include "services/scaling/safety.h"

#include <algorithm>
#include <cmath>

namespace tidegate::scaling {

namespace {

std::string rounded(double percent) {
  const auto tenths = std::lround(percent * 10);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " %";
}

/// The tighter of CPU and memory: pods need both.
std::optional<double> reserved_percent(const Workload& workload) {
  if (!workload.cpu_reserved_percent) return workload.memory_reserved_percent;
  if (!workload.memory_reserved_percent) return workload.cpu_reserved_percent;
  return std::max(*workload.cpu_reserved_percent, *workload.memory_reserved_percent);
}

/// The nodes that a scale-down may lean on.
std::optional<int> capacity_nodes(const ClusterSnapshot& cluster, const SafetyPolicy& policy) {
  if (!cluster.nodes || !policy.count_unmanaged_nodes) return cluster.nodes;
  return std::max(*cluster.nodes, cluster.workload.node_count.value_or(0));
}

/// The nodes that the workload's percentages are over.
std::optional<int> measured_nodes(const ClusterSnapshot& cluster) {
  return cluster.workload.node_count ? cluster.workload.node_count : cluster.nodes;
}

/// How many nodes' worth of capacity the pods reserve.
std::optional<double> reserved_nodes(const ClusterSnapshot& cluster) {
  const auto percent = reserved_percent(cluster.workload);
  const auto nodes = measured_nodes(cluster);
  if (!percent || !nodes) return std::nullopt;
  return *percent / 100 * *nodes;
}

SafetyCheck check_active(const Nodegroup& group) {
  if (group.status == "ACTIVE" || group.status == "DEGRADED") {
    return {"nodegroup_active", CheckResult::kPassed, "the node group is " + group.status};
  }
  return {"nodegroup_active", CheckResult::kFailed, "the node group is " + group.status};
}

SafetyCheck check_floor(int removed, const ClusterSnapshot& cluster, const SafetyPolicy& policy) {
  if (policy.cluster_nodes_min == 0) return {"cluster_floor", CheckResult::kPassed, "no floor is configured"};
  const auto nodes = capacity_nodes(cluster, policy);
  if (!nodes) return {"cluster_floor", CheckResult::kUnknown, "the cluster's size is not known"};
  const int left = *nodes - cluster.removed - removed;
  const std::string detail = std::to_string(left) + " of " + std::to_string(*nodes) +
                             " nodes would stay, the floor is " + std::to_string(policy.cluster_nodes_min);
  return {"cluster_floor", left >= policy.cluster_nodes_min ? CheckResult::kPassed : CheckResult::kFailed,
          detail};
}

SafetyCheck check_workload(int removed, const ClusterSnapshot& cluster, const SafetyPolicy& policy) {
  const auto percent = reserved_percent(cluster.workload);
  const auto reserved = reserved_nodes(cluster);
  const auto nodes = capacity_nodes(cluster, policy);
  if (!percent || !reserved || !nodes) {
    const std::string& why = cluster.workload.unavailable;
    return {"workload_fits", CheckResult::kUnknown,
            "what runs in the cluster is not known" + (why.empty() ? "" : ": " + why)};
  }
  if (*percent <= policy.idle_reserved_percent_max) {
    return {"workload_fits", CheckResult::kPassed,
            "pods reserve " + rounded(*percent) + ", which counts as idle (up to " +
                rounded(policy.idle_reserved_percent_max) + ")"};
  }
  const int left = *nodes - cluster.removed - removed;
  if (left <= 0) {
    return {"workload_fits", CheckResult::kFailed,
            "pods reserve " + rounded(*percent) + " and no node would stay"};
  }
  const double projected = *reserved / left * 100;
  std::string detail = "pods reserve " + rounded(*percent) + " now and would reserve " + rounded(projected) +
                       " of the " + std::to_string(left) + " nodes left, the limit is " +
                       rounded(policy.reserved_percent_max);
  if (projected <= policy.reserved_percent_max) return {"workload_fits", CheckResult::kPassed, detail};
  const int unmanaged = cluster.workload.node_count.value_or(0) - *nodes;
  if (unmanaged > 0) {
    detail += "; " + std::to_string(unmanaged) +
              " more nodes were seen outside managed node groups, and scaling.safety.count_unmanaged_nodes "
              "does not count on them";
  }
  return {"workload_fits", CheckResult::kFailed, detail};
}

std::string recommend(const SafetyCheck& failed, const Nodegroup& group, const ClusterSnapshot& cluster,
                      const SafetyPolicy& policy) {
  if (failed.name == "nodegroup_active") return "wait until the node group is ACTIVE, then ask again";
  if (failed.result == CheckResult::kUnknown) {
    return "make workload figures available (Container Insights), or set "
           "scaling.safety.block_when_workload_unknown "
           "to false";
  }
  const int needed = std::max(nodes_needed(cluster, policy).value_or(0), policy.cluster_nodes_min);
  const int left = capacity_nodes(cluster, policy).value_or(0) - cluster.removed;
  const int removable = std::max(0, left - needed);
  const int least = std::max(0, group.scaling.desired_size - removable);
  if (least >= group.scaling.desired_size) return "keep this node group at its size until the load falls";
  return "scale this node group to " + std::to_string(least) + " or more";
}

}  // namespace

std::string_view check_result_name(CheckResult result) {
  switch (result) {
    case CheckResult::kPassed:
      return "passed";
    case CheckResult::kFailed:
      return "failed";
    case CheckResult::kUnknown:
      break;
  }
  return "unknown";
}

std::optional<int> nodes_needed(const ClusterSnapshot& cluster, const SafetyPolicy& policy) {
  const auto reserved = reserved_nodes(cluster);
  if (!reserved) return std::nullopt;
  return static_cast<int>(std::ceil(*reserved * 100 / policy.reserved_percent_max));
}

SafetyVerdict check_scale_down(const Nodegroup& group, const ScalingConfig& target, ClusterSnapshot& cluster,
                               const SafetyPolicy& policy) {
  const int removed = group.scaling.desired_size - target.desired_size;
  SafetyVerdict verdict;
  verdict.checks.push_back(check_active(group));
  if (removed > 0) {
    verdict.checks.push_back(check_floor(removed, cluster, policy));
    verdict.checks.push_back(check_workload(removed, cluster, policy));
  }
  for (const SafetyCheck& check : verdict.checks) {
    const bool blocks = check.result == CheckResult::kFailed ||
                        (check.result == CheckResult::kUnknown && policy.block_when_workload_unknown);
    if (!blocks) continue;
    verdict.safe = false;
    verdict.reason = check.detail;
    verdict.recommendation = recommend(check, group, cluster, policy);
    return verdict;
  }
  cluster.removed += std::max(removed, 0);
  return verdict;
}

}  // namespace tidegate::scaling
