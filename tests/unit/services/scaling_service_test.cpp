#include "services/scaling/scaling_service.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "services/async/task.h"
#include "services/error.h"
#include "tests/unit/services/memory_store.h"
#include "tests/unit/services/virtual_clock.h"

namespace tidegate::scaling {
namespace {

using Json = nlohmann::json;

/// A cluster with what is asked about it.
class FakeCluster final : public ClusterApi,
                          public DemandForecaster,
                          public WorkloadSource,
                          public pricing::OnDemandPrices,
                          public pricing::SpotPrices {
 public:
  std::map<std::string, Nodegroup> groups;
  Workload workload = {};
  int workload_looked_at = 0;
  bool on_demand_fails = false;
  bool goes_silent_at_update = false;  ///< nothing is answered any more, and nobody knows what was done
  std::size_t forecast_bytes = 0;      ///< of what the forecast says of each group

  void add(const std::string& name, int desired, const std::string& capacity_type = "ON_DEMAND") {
    groups[name] = {name, "ACTIVE", {0, 10, desired}, {"m5.large"}, capacity_type, {}};
  }
  void reserve(double percent, int nodes) {
    workload = {.cpu_reserved_percent = percent,
                .memory_reserved_percent = percent,
                .node_count = nodes,
                .observed_at = {},
                .source = "test",
                .unavailable = ""};
  }

  pplx::task<std::vector<std::string>> list_nodegroups(ClusterRef, Deadline) override {
    std::vector<std::string> names;
    for (const auto& [name, group] : groups) names.push_back(name);
    return pplx::task_from_result(names);
  }
  pplx::task<Nodegroup> describe_nodegroup(ClusterRef, std::string name, Deadline) override {
    if (silent_) throw DeadlineExceeded("no answer");
    return pplx::task_from_result(groups.at(name));
  }
  pplx::task<NodegroupUpdate> update_scaling(ClusterRef, std::string name, ScalingConfig size, std::string,
                                             Deadline) override {
    silent_ = goes_silent_at_update;
    if (silent_) throw DeadlineExceeded("no answer");
    groups.at(name).scaling = size;
    return pplx::task_from_result(NodegroupUpdate{"update-" + name, "Successful", {}});
  }
  pplx::task<NodegroupUpdate> describe_update(ClusterRef, std::string, std::string id, Deadline) override {
    return pplx::task_from_result(NodegroupUpdate{id, "Successful", {}});
  }
  pplx::task<DemandForecast> recommend(ClusterRef, std::string, Deadline) override {
    DemandForecast forecast{{}, "none", "absent"};
    if (forecast_bytes == 0) return pplx::task_from_result(forecast);
    for (const auto& [name, group] : groups) {
      forecast.by_nodegroup[name].as_given = "{\"why\":\"" + std::string(forecast_bytes, 'w') + "\"}";
    }
    return pplx::task_from_result(forecast);
  }
  pplx::task<Workload> analyze(ClusterRef, Deadline) override {
    ++workload_looked_at;
    return pplx::task_from_result(workload);
  }
  pplx::task<std::map<std::string, pricing::Quote>> on_demand(std::string, std::vector<std::string>,
                                                              Deadline) override {
    using Prices = std::map<std::string, pricing::Quote>;
    if (on_demand_fails) {
      return pplx::task_from_exception<Prices>(
          UpstreamFailure("refused", {.service = "Pricing", .operation = "GetProducts"}));
    }
    return pplx::task_from_result(Prices{{"m5.large", {0.1, "test", {}}}});
  }
  pplx::task<std::vector<pricing::SpotQuote>> spot(std::string, std::vector<std::string>,
                                                   std::vector<std::string>, Deadline) override {
    return pplx::task_from_result(
        std::vector<pricing::SpotQuote>{{"m5.large", "us-east-1a", {0.03, "test", {}}}});
  }

 private:
  bool silent_ = false;
};

class ScalingServiceTest : public testing::Test {
 protected:
  Json scale(Action action, std::vector<NodegroupRequest> groups) {
    ScaleRequest request;
    request.action = action;
    request.cluster = {"", "us-east-1", "production"};
    request.nodegroups = std::move(groups);
    const auto begun = service_.begin(std::move(request), {"test", "request", {}, false}).get();
    return Json::parse(begun.finished.get()->result);
  }

  std::shared_ptr<FakeCluster> cluster_ = std::make_shared<FakeCluster>();
  std::shared_ptr<VirtualClock> clock_ = std::make_shared<VirtualClock>();
  std::shared_ptr<operations::OperationRunner> runner_ = std::make_shared<operations::OperationRunner>(
      std::make_shared<state::MemoryStore>(), clock_, std::make_shared<NoTelemetry>(),
      operations::OperationsConfig{}, "a", false);
  ScalingService service_{{cluster_, cluster_, cluster_, cluster_, cluster_, clock_}, {}, runner_};
};

TEST_F(ScalingServiceTest, ScalesAGroupWhateverItIsCalled) {
  cluster_->add("plan", 1);
  cluster_->add("web", 1);

  const auto answer = scale(Action::kScaleUp, {{"plan", 2, 1, 10}, {"web", 3, 1, 10}});

  EXPECT_EQ(answer["results"][0]["status"], "scaling_initiated");
  EXPECT_EQ(answer["results"][1]["status"], "scaling_initiated");
  EXPECT_EQ(cluster_->groups["plan"].scaling.desired_size, 2);
}

TEST_F(ScalingServiceTest, KeepsTheTraceOfItsCaller) {
  cluster_->add("web", 1);
  ScaleRequest request;
  request.cluster = {"", "us-east-1", "production"};
  request.nodegroups = {{"web", 2, 1, 10}};
  const std::string traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  const auto begun = service_.begin(request, {"test", "request", {}, false, traceparent}).get();

  EXPECT_EQ(begun.finished.get()->traceparent, traceparent);
}

TEST_F(ScalingServiceTest, RefusesANameThatNoGroupCanHave) {
  EXPECT_THROW(scale(Action::kScaleUp, {{":plan", 2, 1, 10}}), InvalidRequest);
  EXPECT_THROW(scale(Action::kScaleUp, {{"-web", 2, 1, 10}}), InvalidRequest);
  EXPECT_THROW(scale(Action::kScaleUp, {{"a/b", 2, 1, 10}}), InvalidRequest);
  EXPECT_THROW(scale(Action::kScaleUp, {{std::string(64, 'a'), 2, 1, 10}}), InvalidRequest);
}

TEST_F(ScalingServiceTest, ChecksNodesThatGoWhateverTheActionIsCalled) {
  cluster_->add("web", 6);
  cluster_->add("spot", 4, "SPOT");
  cluster_->reserve(90, 10);

  const auto up = scale(Action::kScaleUp, {{"web", 1, 1, 10}});
  const auto replacement = scale(Action::kSpotReplacement, {{"spot", 0, 0, 10}});

  for (const auto& result : {up["results"][0], replacement["results"][0]}) {
    EXPECT_EQ(result["status"], "scale_down_blocked");
    EXPECT_EQ(result["safety_checks"]["safe"], false);
  }
  EXPECT_EQ(cluster_->groups["web"].scaling.desired_size, 6);
  EXPECT_EQ(cluster_->groups["spot"].scaling.desired_size, 4);
}

TEST_F(ScalingServiceTest, ScalesUpToFewerNodesWhereTheWorkloadFitsThem) {
  cluster_->add("web", 6);
  cluster_->reserve(5, 6);

  const auto result = scale(Action::kScaleUp, {{"web", 2, 1, 10}})["results"][0];

  EXPECT_EQ(result["status"], "scaling_initiated");
  EXPECT_EQ(result["safety_checks"]["safe"], true);
}

TEST_F(ScalingServiceTest, SaysThatItCantKnowWhatEksDidWhereNothingIsAnsweredAnyMore) {
  cluster_->add("web", 1);
  cluster_->goes_silent_at_update = true;

  const auto result = scale(Action::kScaleUp, {{"web", 3, 1, 10}})["results"][0];

  EXPECT_EQ(result["status"], "error");
  EXPECT_EQ(result["outcome_unknown"], true);
  EXPECT_EQ(result["recommendation"], "EKS may still change this node group; look before asking again");
}

TEST_F(ScalingServiceTest, AsksForNoWorkloadWhereNoNodeGoes) {
  cluster_->add("web", 2);

  scale(Action::kScaleUp, {{"web", 3, 1, 10}});

  EXPECT_EQ(cluster_->workload_looked_at, 0);
}

TEST_F(ScalingServiceTest, KnowsTheSpotPriceWhereOnDemandPricesCantBeHad) {
  cluster_->add("web", 1);
  cluster_->add("batch", 1, "SPOT");
  cluster_->on_demand_fails = true;

  const auto results = scale(Action::kScaleUp, {{"web", 2, 1, 10}, {"batch", 2, 1, 10}})["results"];

  EXPECT_TRUE(results[0]["cost_impact"]["hourly_usd"].is_null());
  EXPECT_EQ(results[1]["cost_impact"]["hourly_usd"], 0.03);
}

TEST_F(ScalingServiceTest, TellsThatASizeWasClampedAlsoWhereTheGroupHasThatSize) {
  cluster_->add("web", 4);
  cluster_->groups["web"].scaling = {1, 4, 4};

  const auto result = scale(Action::kScaleUp, {{"web", 9, 1, 4}})["results"][0];

  EXPECT_EQ(result["status"], "no_change_needed");
  EXPECT_EQ(result["reason"], "Already at optimal configuration");
  EXPECT_EQ(result["adjustments"][0]["rule"], "clamp");
}

TEST_F(ScalingServiceTest, TakesAHundredGroupsWithMuchToSayOfEach) {
  std::vector<NodegroupRequest> groups;
  for (int i = 0; i < 100; ++i) {
    const std::string name = std::string(60, 'n') + std::to_string(100 + i);
    cluster_->add(name, 3);
    groups.push_back({name, 2, 1, 10});
  }
  cluster_->reserve(20, 300);
  cluster_->forecast_bytes = 300;

  const auto answer = scale(Action::kScaleUp, groups);

  EXPECT_EQ(answer["summary"]["initiated"], 100);
}

TEST_F(ScalingServiceTest, RefusesWhatOneRecordCantHoldBeforeAnythingIsChanged) {
  cluster_->add("web", 1);
  cluster_->forecast_bytes = 400'000;

  EXPECT_THROW(scale(Action::kScaleUp, {{"web", 3, 1, 10}}), InvalidRequest);

  EXPECT_EQ(cluster_->groups["web"].scaling.desired_size, 1);
}

}  // namespace
}  // namespace tidegate::scaling
