#pragma once

#include <pplx/pplxtasks.h>

#include <memory>
#include <optional>
#include <string>

#include "services/accounts/account_directory.h"
#include "services/operations/runner.h"
#include "services/pricing/price_source.h"
#include "services/scaling/cluster_api.h"
#include "services/scaling/demand_forecaster.h"
#include "services/scaling/request.h"
#include "services/scaling/settings.h"
#include "services/scaling/workload_source.h"

namespace tidegate::scaling {

/// What scaling needs from outside.
struct ScalingPorts {
  std::shared_ptr<ClusterApi> clusters;
  std::shared_ptr<DemandForecaster> forecaster;
  std::shared_ptr<WorkloadSource> workload;
  std::shared_ptr<pricing::OnDemandPrices> on_demand;
  std::shared_ptr<pricing::SpotPrices> spot;
  std::shared_ptr<Clock> clock;
  /// Which accounts a request may name; null = any, and the cluster's port tells.
  std::shared_ptr<const accounts::AccountDirectory> accounts = {};
};

/// Who asks, and how.
struct Caller {
  std::string principal;
  std::string request_id;
  std::optional<operations::IdempotencyClaim> claim;
  bool respond_async = false;
  std::string traceparent = {};  ///< W3C; empty where none came
};

/// Scales node groups (seed 000, EKSScalingHandler). Thread-safe.
class ScalingService {
 public:
  static constexpr const char* kOperationKind = "scale";

  /// Registers its work with `runner`.
  ScalingService(ScalingPorts ports, ScalingSettings settings,
                 std::shared_ptr<operations::OperationRunner> runner);

  /// Begins the operation. Its result is the answer of POST /scale. Throws InvalidRequest where no cluster is
  /// named and none is configured, the account is not configured, a group has a name that EKS does not give
  /// or is named twice, or sizes contradict each other; and as OperationRunner::begin.
  pplx::task<operations::Begun> begin(ScaleRequest request, Caller caller);

 private:
  const ScalingSettings settings_;
  const std::shared_ptr<Clock> clock_;
  const std::shared_ptr<const accounts::AccountDirectory> accounts_;
  const std::shared_ptr<operations::OperationRunner> runner_;
};

}  // namespace tidegate::scaling
