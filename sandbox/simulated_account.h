#pragma once

#include <pplx/pplxtasks.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sandbox/simulated_nodegroup.h"
#include "services/scaling/cluster_api.h"
#include "services/state/store.h"

namespace tidegate::sandbox {

/// The clusters of the simulated account and what they start with: "production" (six node groups) and
/// "staging" (four), and a cluster like production under `default_cluster` where that is neither.
std::map<std::string, std::vector<SimulatedNodegroup>> starting_clusters(const std::string& default_cluster);

/// The clusters of one simulated account in one region. What was changed is in the document store, so that it
/// outlives the process; a node group that nobody changed is not stored. Thread-safe, over replicas too.
class SimulatedAccount {
 public:
  SimulatedAccount(std::shared_ptr<state::DocumentStore> store, const Clock& clock, std::uint64_t seed,
                   std::string region, std::map<std::string, std::vector<SimulatedNodegroup>> starting);

  /// Every node group of a cluster as it stands now, by name. Throws NotFound for an unknown account
  /// (known: empty and "sandbox"), region or cluster.
  pplx::task<std::map<std::string, SimulatedNodegroup>> nodegroups(scaling::ClusterRef cluster) const;

  /// One of them. Throws NotFound.
  pplx::task<SimulatedNodegroup> nodegroup(scaling::ClusterRef cluster, std::string name) const;

  /// take_update() on the stored group.
  pplx::task<SimulatedUpdate> update(scaling::ClusterRef cluster, std::string name,
                                     scaling::ScalingConfig wanted, std::string client_token);

  /// What a cluster started with: the size that its simulated load is made for. Throws NotFound.
  const std::vector<SimulatedNodegroup>& starting(const scaling::ClusterRef& cluster) const;

  const Clock& clock() const { return clock_; }
  std::uint64_t seed() const { return seed_; }

 private:
  struct Stored {
    SimulatedNodegroup group;
    state::Condition unchanged;
  };
  pplx::task<Stored> load(scaling::ClusterRef cluster, std::string name) const;
  const SimulatedNodegroup& starting_nodegroup(const scaling::ClusterRef& cluster,
                                               const std::string& name) const;

  std::shared_ptr<state::DocumentStore> store_;  // the platform's adapters share it
  const Clock& clock_;
  std::uint64_t seed_;
  std::string region_;
  std::map<std::string, std::vector<SimulatedNodegroup>> starting_;
};

/// The account as services see it.
class SandboxClusterApi final : public scaling::ClusterApi {
 public:
  explicit SandboxClusterApi(std::shared_ptr<SimulatedAccount> account) : account_(std::move(account)) {}
  pplx::task<std::vector<std::string>> list_nodegroups(scaling::ClusterRef cluster,
                                                       Deadline deadline) override;
  pplx::task<scaling::Nodegroup> describe_nodegroup(scaling::ClusterRef cluster, std::string nodegroup,
                                                    Deadline deadline) override;
  pplx::task<scaling::NodegroupUpdate> update_scaling(scaling::ClusterRef cluster, std::string nodegroup,
                                                      scaling::ScalingConfig scaling,
                                                      std::string client_token, Deadline deadline) override;
  pplx::task<scaling::NodegroupUpdate> describe_update(scaling::ClusterRef cluster, std::string nodegroup,
                                                       std::string update_id, Deadline deadline) override;

 private:
  std::shared_ptr<SimulatedAccount> account_;  // shared with the workload and the forecaster
};

}  // namespace tidegate::sandbox
