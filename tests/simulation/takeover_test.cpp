// A replica dies at every write it makes, one after another; a second one goes on. Whatever the moment, the
// operation ends finished, no node group is left out, and none is changed twice.

#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>

#include "sandbox/sqlite_store.h"
#include "services/async/task.h"
#include "services/operations/runner.h"
#include "services/scaling/scaling_service.h"
#include "tests/simulation/mortal_store.h"
#include "tests/unit/sandbox/temporary_dir.h"
#include "tests/unit/services/virtual_clock.h"

namespace tidegate {
namespace {

using operations::OperationRunner;
using operations::OperationState;
using scaling::ScalingConfig;

/// EKS as far as scaling sees it: honours clientRequestToken, and counts changes.
class CountingClusters final : public scaling::ClusterApi {
 public:
  explicit CountingClusters(int groups) {
    for (int i = 0; i < groups; ++i) sizes_["group-" + std::to_string(i)] = {1, 10, 1};
  }

  pplx::task<std::vector<std::string>> list_nodegroups(scaling::ClusterRef, Deadline) override {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> names;
    for (const auto& [name, size] : sizes_) names.push_back(name);
    return pplx::task_from_result(names);
  }
  pplx::task<scaling::Nodegroup> describe_nodegroup(scaling::ClusterRef, std::string name,
                                                    Deadline) override {
    const std::lock_guard lock(mutex_);
    return pplx::task_from_result(
        scaling::Nodegroup{name, "ACTIVE", sizes_.at(name), {"m5.large"}, "ON_DEMAND", {}});
  }
  pplx::task<scaling::NodegroupUpdate> update_scaling(scaling::ClusterRef, std::string name,
                                                      ScalingConfig size, std::string token,
                                                      Deadline) override {
    const std::lock_guard lock(mutex_);
    if (tokens_.insert(token).second) {
      sizes_.at(name) = size;
      ++changes_[name];
    }
    return pplx::task_from_result(scaling::NodegroupUpdate{"update-" + token, "Successful", {}});
  }
  pplx::task<scaling::NodegroupUpdate> describe_update(scaling::ClusterRef, std::string, std::string id,
                                                       Deadline) override {
    return pplx::task_from_result(scaling::NodegroupUpdate{id, "Successful", {}});
  }

  std::map<std::string, int> changes() const {
    const std::lock_guard lock(mutex_);
    return changes_;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, ScalingConfig> sizes_;
  std::map<std::string, int> changes_;
  std::set<std::string> tokens_;
};

class NoForecast final : public scaling::DemandForecaster {
 public:
  pplx::task<scaling::DemandForecast> recommend(scaling::ClusterRef, std::string, Deadline) override {
    return pplx::task_from_result(scaling::DemandForecast{{}, "none", "absent"});
  }
};

class NoWorkload final : public scaling::WorkloadSource {
 public:
  pplx::task<scaling::Workload> analyze(scaling::ClusterRef, Deadline) override {
    return pplx::task_from_result(scaling::Workload{});
  }
};

class NoPrices final : public pricing::OnDemandPrices, public pricing::SpotPrices {
 public:
  pplx::task<std::map<std::string, pricing::Quote>> on_demand(std::string, std::vector<std::string>,
                                                              Deadline) override {
    return pplx::task_from_result(std::map<std::string, pricing::Quote>{});
  }
  pplx::task<std::vector<pricing::SpotQuote>> spot(std::string, std::vector<std::string>,
                                                   std::vector<std::string>, Deadline) override {
    return pplx::task_from_result(std::vector<pricing::SpotQuote>{});
  }
};

/// One process: a runner and the scaling service on it.
struct Replica {
  Replica(const std::string& name, std::shared_ptr<state::DocumentStore> store, std::shared_ptr<Clock> clock,
          std::shared_ptr<CountingClusters> clusters)
      : runner(std::make_shared<OperationRunner>(std::move(store), clock, std::make_shared<NoTelemetry>(),
                                                 operations::OperationsConfig{}, name, false)),
        service({std::move(clusters), std::make_shared<NoForecast>(), std::make_shared<NoWorkload>(),
                 std::make_shared<NoPrices>(), std::make_shared<NoPrices>(), clock},
                {}, runner) {}

  std::shared_ptr<OperationRunner> runner;
  scaling::ScalingService service;
};

constexpr int kGroups = 20;

scaling::ScaleRequest scale_all() {
  scaling::ScaleRequest request;
  request.action = scaling::Action::kScaleUp;
  request.cluster = {"", "us-east-1", "production"};
  for (int i = 0; i < kGroups; ++i) request.nodegroups.push_back({"group-" + std::to_string(i), 3, 1, 10});
  return request;
}

class Takeover : public testing::TestWithParam<std::tuple<int, bool>> {};

TEST_P(Takeover, FinishesWhatADeadReplicaLeftAndChangesNothingTwice) {
  const auto [writes, last_is_written] = GetParam();
  const sandbox::TemporaryDir dir;
  const auto clock = std::make_shared<VirtualClock>();
  const auto store = std::make_shared<sandbox::SqliteStore>(dir.path(), *clock);
  const auto mortal = std::make_shared<MortalStore>(store, writes, last_is_written);
  const auto clusters = std::make_shared<CountingClusters>(kGroups);
  Replica first("first", mortal, clock, clusters);
  Replica second("second", store, clock, clusters);

  bool begun = true;
  pplx::task<operations::SharedOperation> finished;
  try {
    finished = first.service.begin(scale_all(), {"test", "request", {}, false}).get().finished;
  } catch (const UpstreamFailure&) {
    begun = false;
  }
  second.runner->start();
  // Two leases' worth of time, in scans' steps; pool threads finish their part in between.
  operations::OperationPage page;
  for (int i = 0; i < 400; ++i) {
    clock->advance(std::chrono::milliseconds(100));
    page = second.runner->list({}).get();
    const bool open = std::ranges::any_of(page.operations, [](const auto& one) { return !one.finished(); });
    if (!open && (i > 300 || !mortal->dead())) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

  if (!begun && page.operations.empty()) return;  // died before it was written down: the caller was told
  ASSERT_EQ(page.operations.size(), 1U);
  EXPECT_EQ(page.operations[0].state, OperationState::kSucceeded) << page.operations[0].error;
  const auto changes = clusters->changes();
  EXPECT_EQ(changes.size(), static_cast<std::size_t>(kGroups));
  for (const auto& [name, count] : changes) EXPECT_EQ(count, 1) << name;
  const auto results = nlohmann::json::parse(page.operations[0].result).at("results");
  EXPECT_EQ(results.size(), static_cast<std::size_t>(kGroups));
  for (const auto& item : results) EXPECT_EQ(item.at("status"), "scaling_initiated") << item.dump();
  clock->advance(std::chrono::minutes(1));  // the first replica's retries end
}

INSTANTIATE_TEST_SUITE_P(AtEveryWrite, Takeover, testing::Combine(testing::Range(0, 8), testing::Bool()));

}  // namespace
}  // namespace tidegate
