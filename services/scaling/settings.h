#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

namespace tidegate::scaling {

/// How a forecast changes a wanted size (seed 000, optimize_scaling_config).
struct AdjustmentPolicy {
  double load_increase_threshold = 0.3;  ///< a predicted increase above this fraction adds nodes
  double load_increase_share = 0.2;      ///< the share of the wanted size that is added, rounded down
  int load_increase_nodes_min = 1;       ///< and at least this many
  int spot_headroom_nodes = 1;           ///< added where spot is recommended: its interruptions need slack
};

/// When a scale-down is too risky to carry out.
struct SafetyPolicy {
  double reserved_percent_max = 80;  ///< blocked where pods would reserve more of what is left, CPU or memory
  double idle_reserved_percent_max =
      10;                     ///< below this the cluster counts as idle (DaemonSets) and may go to none
  int cluster_nodes_min = 0;  ///< blocked where fewer nodes would stay in the whole cluster; 0 = no floor
  bool block_when_workload_unknown = false;  ///< whether missing workload figures block, or only warn
  /// Whether nodes outside managed node groups (Karpenter's, self-managed ones) count as capacity.
  bool count_unmanaged_nodes = false;
};

/// How POST /scale works. Defaults are documented in docs/configuration.md.
struct ScalingSettings {
  std::string default_cluster;               ///< used where a request names none (seed 000: CLUSTER_NAME)
  std::string default_region = "us-east-1";  ///< used where a request names none (seed 000: AWS_REGION)
  std::string time_zone = "Asia/Kolkata";    ///< zone of `timestamp` where a request has no ist_time
  std::size_t parallelism = 10;              ///< node groups of one request worked on at a time, 1..100
  std::chrono::milliseconds step_timeout{25'000};  ///< for one node group, all its calls and their retries
  std::chrono::milliseconds busy_retry{5'000};  ///< pause before a group that is being updated is tried again
  std::chrono::milliseconds update_poll{10'000};  ///< how often an update that EKS works at is looked at
  std::chrono::milliseconds update_timeout{
      900'000};                  ///< after this an update is left, reported as still in progress
  double hours_per_month = 730;  ///< for monthly costs: 365 x 24 / 12
  AdjustmentPolicy adjustment;
  SafetyPolicy safety;
};

}  // namespace tidegate::scaling
