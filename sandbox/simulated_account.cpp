#include "sandbox/simulated_account.h"

#include <algorithm>

#include "sandbox/draw.h"
#include "services/async/task.h"

namespace tidegate::sandbox {

namespace {

using scaling::ClusterRef;
using scaling::NodegroupUpdate;
using scaling::ScalingConfig;
using state::Condition;
using state::Key;
using state::Write;

/// Between reading a group and writing it another caller may have been faster.
constexpr int kUpdateAttemptsMax = 20;
/// More than any simulated cluster has, so that one page holds it.
constexpr std::size_t kNodegroupsMax = 100;

std::string partition_of(const ClusterRef& cluster) {
  return "sandbox/nodegroups/" + cluster.region + "/" + cluster.cluster;
}

Key key_of(const ClusterRef& cluster, const std::string& name) { return {partition_of(cluster), name}; }

SimulatedNodegroup group(const std::string& name, const std::string& capacity_type,
                         std::vector<std::string> instance_types, ScalingConfig scaling) {
  return {.name = name,
          .capacity_type = capacity_type,
          .instance_types = std::move(instance_types),
          .scaling = scaling,
          .updates = {},
          .updates_taken = 0};
}

std::vector<SimulatedNodegroup> production() {
  return {
      group("system", "ON_DEMAND", {"m6g.large"}, {.min_size = 2, .max_size = 4, .desired_size = 2}),
      group("web", "ON_DEMAND", {"m5.large"}, {.min_size = 1, .max_size = 12, .desired_size = 2}),
      group("api", "ON_DEMAND", {"c6i.xlarge"}, {.min_size = 2, .max_size = 20, .desired_size = 4}),
      group("memory", "ON_DEMAND", {"r6i.xlarge"}, {.min_size = 1, .max_size = 8, .desired_size = 2}),
      group("batch-spot", "SPOT", {"m5.xlarge", "m5a.xlarge", "m6i.xlarge", "m6a.xlarge"},
            {.min_size = 1, .max_size = 10, .desired_size = 3}),
      group("workers-spot", "SPOT", {"c6g.xlarge", "c7g.xlarge", "m6g.xlarge"},
            {.min_size = 0, .max_size = 30, .desired_size = 4}),
  };
}

std::vector<SimulatedNodegroup> staging() {
  return {
      group("system", "ON_DEMAND", {"t3.large"}, {.min_size = 1, .max_size = 3, .desired_size = 2}),
      group("web", "ON_DEMAND", {"t3.large"}, {.min_size = 0, .max_size = 6, .desired_size = 2}),
      group("batch-spot", "SPOT", {"m5.large", "m5a.large", "m6i.large"},
            {.min_size = 0, .max_size = 6, .desired_size = 1}),
      group("ci-spot", "SPOT", {"c6g.xlarge", "c7g.xlarge"},
            {.min_size = 0, .max_size = 12, .desired_size = 2}),
  };
}

NotFound no_nodegroup(const std::string& name, const ClusterRef& cluster) {
  return NotFound("cluster " + cluster.cluster + " of the sandbox has no node group " + name);
}

}  // namespace

std::map<std::string, std::vector<SimulatedNodegroup>> starting_clusters(const std::string& default_cluster) {
  std::map<std::string, std::vector<SimulatedNodegroup>> clusters = {{"production", production()},
                                                                     {"staging", staging()}};
  if (!default_cluster.empty()) clusters.try_emplace(default_cluster, production());
  return clusters;
}

SimulatedAccount::SimulatedAccount(std::shared_ptr<state::DocumentStore> store, const Clock& clock,
                                   std::uint64_t seed, std::string region,
                                   std::map<std::string, std::vector<SimulatedNodegroup>> starting)
    : store_(std::move(store)),
      clock_(clock),
      seed_(seed),
      region_(std::move(region)),
      starting_(std::move(starting)) {}

const std::vector<SimulatedNodegroup>& SimulatedAccount::starting(const ClusterRef& cluster) const {
  if (!cluster.account.empty() && cluster.account != "sandbox") {
    throw NotFound("the sandbox has no account " + cluster.account);
  }
  const auto found = starting_.find(cluster.cluster);
  if (cluster.region != region_ || found == starting_.end()) {
    throw NotFound("the sandbox has no cluster " + cluster.cluster + " in " + cluster.region);
  }
  return found->second;
}

const SimulatedNodegroup& SimulatedAccount::starting_nodegroup(const ClusterRef& cluster,
                                                               const std::string& name) const {
  const auto& groups = starting(cluster);
  const auto found = std::ranges::find(groups, name, &SimulatedNodegroup::name);
  if (found == groups.end()) throw no_nodegroup(name, cluster);
  return *found;
}

pplx::task<SimulatedAccount::Stored> SimulatedAccount::load(ClusterRef cluster, std::string name) const {
  const SimulatedNodegroup& untouched = starting_nodegroup(cluster, name);
  const auto stored = co_await store_->get(key_of(cluster, name));
  if (!stored) co_return Stored{untouched, Condition::absent()};
  co_return Stored{decode_nodegroup(stored->body), Condition::version_is(stored->version)};
}

pplx::task<SimulatedNodegroup> SimulatedAccount::nodegroup(ClusterRef cluster, std::string name) const {
  auto stored = co_await load(std::move(cluster), std::move(name));
  co_return std::move(stored.group);
}

pplx::task<std::map<std::string, SimulatedNodegroup>> SimulatedAccount::nodegroups(ClusterRef cluster) const {
  std::map<std::string, SimulatedNodegroup> groups;
  for (const SimulatedNodegroup& untouched : starting(cluster)) groups.emplace(untouched.name, untouched);
  state::RangeQuery changed{.partition = partition_of(cluster), .limit = kNodegroupsMax};
  const auto page = co_await store_->query(std::move(changed));
  for (const state::Document& document : page.documents) {
    groups[document.key.sort] = decode_nodegroup(document.body);
  }
  co_return groups;
}

pplx::task<SimulatedUpdate> SimulatedAccount::update(ClusterRef cluster, std::string name,
                                                     ScalingConfig wanted, std::string client_token) {
  for (int attempt = 0; attempt < kUpdateAttemptsMax; ++attempt) {
    auto stored = co_await load(cluster, name);
    const std::uint64_t taken = stored.group.updates_taken;
    const std::uint64_t seed = draw_bits(seed_, partition_of(cluster));
    const SimulatedUpdate update = take_update(stored.group, wanted, client_token, clock_.now(), seed);
    if (stored.group.updates_taken == taken) co_return update;
    std::vector<Write> writes{
        Write::put(key_of(cluster, name), encode_nodegroup(stored.group), stored.unchanged)};
    bool overtaken = false;
    try {
      co_await store_->transact(std::move(writes));
    } catch (const state::ConditionFailed&) {
      overtaken = true;
    }
    if (!overtaken) co_return update;
  }
  throw Conflict("node group " + name + " is being changed by too many at once", std::chrono::seconds(1));
}

pplx::task<std::vector<std::string>> SandboxClusterApi::list_nodegroups(ClusterRef cluster,
                                                                        Deadline /*deadline*/) {
  std::vector<std::string> names;
  for (const SimulatedNodegroup& group : account_->starting(cluster)) names.push_back(group.name);
  co_return names;
}

pplx::task<scaling::Nodegroup> SandboxClusterApi::describe_nodegroup(ClusterRef cluster,
                                                                     std::string nodegroup,
                                                                     Deadline /*deadline*/) {
  const auto group = co_await account_->nodegroup(std::move(cluster), std::move(nodegroup));
  co_return describe(group, account_->clock().now());
}

pplx::task<NodegroupUpdate> SandboxClusterApi::update_scaling(ClusterRef cluster, std::string nodegroup,
                                                              ScalingConfig scaling, std::string client_token,
                                                              Deadline /*deadline*/) {
  const auto update =
      co_await account_->update(std::move(cluster), std::move(nodegroup), scaling, std::move(client_token));
  co_return describe(update, account_->clock().now());
}

pplx::task<NodegroupUpdate> SandboxClusterApi::describe_update(ClusterRef cluster, std::string nodegroup,
                                                               std::string update_id, Deadline /*deadline*/) {
  const auto group = co_await account_->nodegroup(std::move(cluster), nodegroup);
  const SimulatedUpdate* update = group.find_update(update_id);
  if (update == nullptr) throw NotFound("node group " + nodegroup + " has no update " + update_id);
  co_return describe(*update, account_->clock().now());
}

}  // namespace tidegate::sandbox
