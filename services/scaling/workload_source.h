#pragma once

#include <pplx/pplxtasks.h>

#include <optional>
#include <string>

#include "services/async/deadline.h"
#include "services/scaling/cluster_api.h"

namespace tidegate::scaling {

/// How much of a cluster's capacity its pods have reserved.
struct Workload {
  std::optional<double> cpu_reserved_percent;     ///< 0..100+; null = not known
  std::optional<double> memory_reserved_percent;  ///< 0..100+; null = not known
  std::optional<int> node_count;                  ///< nodes the figures are over; null = not known
  std::optional<Instant> observed_at;
  std::string source;       ///< "cloudwatch:ContainerInsights", "sandbox"
  std::string unavailable;  ///< why figures are missing; empty where none is
};

/// Looks at what runs in a cluster. Never throws for missing figures: they are null and `unavailable` says
/// why.
class WorkloadSource {
 public:
  virtual ~WorkloadSource() = default;
  virtual pplx::task<Workload> analyze(ClusterRef cluster, Deadline deadline) = 0;
};

}  // namespace tidegate::scaling
