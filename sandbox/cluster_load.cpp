#include "sandbox/cluster_load.h"

#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

#include "sandbox/draw.h"
#include "sandbox/load_curve.h"
#include "services/async/task.h"

namespace tidegate::sandbox {

namespace {

using scaling::ClusterRef;
using scaling::DemandForecast;
using scaling::DemandRecommendation;
using scaling::Workload;

constexpr const char* kSource = "sandbox";
constexpr std::chrono::hours kLookAhead{1};
constexpr int kBucketOfCalmSpotMax = 1;
/// How much a node group's forecast differs from its cluster's, either way.
constexpr double kGroupSkew = 0.1;

struct Capacity {
  double vcpus = 0;
  double memory_mib = 0;
  int nodes = 0;

  void add(const InstanceFacts& facts, int count) {
    vcpus += static_cast<double>(facts.vcpus) * count;
    memory_mib += static_cast<double>(facts.memory_mib) * count;
    nodes += count;
  }
};

double rounded(double value, double steps) { return std::round(value * steps) / steps; }

std::optional<double> percent_of(double reserved, double capacity) {
  if (capacity <= 0) return std::nullopt;
  return rounded(reserved / capacity * 100, 10);
}

DemandRecommendation recommend_for(const SimulatedNodegroup& group, const Market& market, std::uint64_t seed,
                                   Instant now) {
  const double ahead = expected_share(now + kLookAhead) / expected_share(now) - 1;
  const double skew = 1 + kGroupSkew * (2 * draw(seed, group.name + "/demand") - 1);
  const InstanceFacts& facts = market.catalogue.types.at(group.instance_types.front());
  DemandRecommendation recommendation;
  recommendation.predicted_load_increase = rounded(ahead * skew, 1000);
  recommendation.spot_recommended =
      group.capacity_type == "SPOT" && facts.interruption_bucket <= kBucketOfCalmSpotMax;
  recommendation.as_given =
      nlohmann::json{{"predicted_load_increase", *recommendation.predicted_load_increase},
                     {"spot_optimization", {{"recommended", *recommendation.spot_recommended}}}}
          .dump();
  return recommendation;
}

}  // namespace

pplx::task<Workload> SandboxWorkload::analyze(ClusterRef cluster, Deadline /*deadline*/) {
  Workload unknown;
  unknown.source = kSource;
  try {
    auto workload = co_await look(std::move(cluster));
    co_return workload;
  } catch (const Error& failure) {
    unknown.unavailable = failure.what();
  }
  co_return unknown;
}

pplx::task<Workload> SandboxWorkload::look(ClusterRef cluster) const {
  const auto groups = co_await account_->nodegroups(cluster);
  const Instant now = account_->clock().now();
  const auto& types = market_->catalogue.types;
  Capacity present;
  Capacity starting;
  for (const auto& [name, group] : groups) {
    present.add(types.at(group.instance_types.front()), nodes_at(group, now));
  }
  for (const SimulatedNodegroup& group : account_->starting(cluster)) {
    starting.add(types.at(group.instance_types.front()), group.scaling.desired_size);
  }
  const double cpu = reserved_share(account_->seed(), cluster.cluster + "/cpu", now);
  const double memory = reserved_share(account_->seed(), cluster.cluster + "/memory", now);
  Workload workload;
  workload.cpu_reserved_percent = percent_of(cpu * starting.vcpus, present.vcpus);
  workload.memory_reserved_percent = percent_of(memory * starting.memory_mib, present.memory_mib);
  workload.node_count = present.nodes;
  workload.observed_at = now;
  workload.source = kSource;
  if (present.nodes == 0) workload.unavailable = "the cluster has no nodes";
  co_return workload;
}

pplx::task<DemandForecast> SandboxForecaster::recommend(ClusterRef cluster, std::string /*action*/,
                                                        Deadline /*deadline*/) {
  DemandForecast forecast;
  forecast.source = kSource;
  try {
    const auto groups = co_await account_->nodegroups(cluster);
    const Instant now = account_->clock().now();
    for (const auto& [name, group] : groups) {
      forecast.by_nodegroup[name] = recommend_for(group, *market_, account_->seed(), now);
    }
  } catch (const Error& failure) {
    forecast.unavailable = failure.what();
  }
  co_return forecast;
}

}  // namespace tidegate::sandbox
