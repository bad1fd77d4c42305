#pragma once

#include <memory>

#include "sandbox/market.h"
#include "sandbox/simulated_account.h"
#include "services/scaling/demand_forecaster.h"
#include "services/scaling/workload_source.h"

namespace tidegate::sandbox {

/// What pods reserve of the nodes that a simulated cluster has now: the load curve times the CPU and memory
/// that the cluster started with, over what its nodes have. Fewer nodes, higher share. Source "sandbox".
class SandboxWorkload final : public scaling::WorkloadSource {
 public:
  SandboxWorkload(std::shared_ptr<SimulatedAccount> account, SharedMarket market)
      : account_(std::move(account)), market_(std::move(market)) {}
  pplx::task<scaling::Workload> analyze(scaling::ClusterRef cluster, Deadline deadline) override;

 private:
  pplx::task<scaling::Workload> look(scaling::ClusterRef cluster) const;

  std::shared_ptr<SimulatedAccount> account_;  // shared with the cluster API
  SharedMarket market_;
};

/// Reads the load curve an hour ahead, a little more or less for each node group. Recommends spot for groups
/// of capacity type SPOT whose first type is interrupted in less than 10 % of cases. Source "sandbox".
class SandboxForecaster final : public scaling::DemandForecaster {
 public:
  SandboxForecaster(std::shared_ptr<SimulatedAccount> account, SharedMarket market)
      : account_(std::move(account)), market_(std::move(market)) {}
  pplx::task<scaling::DemandForecast> recommend(scaling::ClusterRef cluster, std::string action,
                                                Deadline deadline) override;

 private:
  std::shared_ptr<SimulatedAccount> account_;  // shared with the cluster API
  SharedMarket market_;
};

}  // namespace tidegate::sandbox
