#include "sandbox/cluster_load.h"

#include "sandbox/load_curve.h"
#include "services/error.h"
#include "tests/unit/sandbox/sandbox_fixture.h"

namespace tidegate::sandbox {
namespace {

struct ClusterLoadTest : SandboxTest {
  scaling::Workload now() { return sandbox.workload->analyze(production, soon()).get(); }
  void go_to(const std::string& time) {
    clock.advance(std::chrono::duration_cast<std::chrono::milliseconds>(parse_rfc3339(time) - clock.now()));
  }
  double predicted(const std::string& nodegroup) {
    return sandbox.forecaster->recommend(production, "scale_up", soon())
        .get()
        .by_nodegroup.at(nodegroup)
        .predicted_load_increase.value();
  }
};

TEST_F(ClusterLoadTest, IsHighByDayAndLowByNight) {
  go_to("2026-01-06T12:00:00+05:30");
  const auto noon = now();
  go_to("2026-01-06T23:30:00+05:30");
  const auto night = now();

  EXPECT_NEAR(noon.cpu_reserved_percent.value(), 65, 3);
  EXPECT_NEAR(night.cpu_reserved_percent.value(), 25, 2);
  EXPECT_NEAR(noon.memory_reserved_percent.value(), 65, 3);
  EXPECT_EQ(noon.node_count, 17);
  EXPECT_EQ(noon.source, "sandbox");
  EXPECT_TRUE(noon.unavailable.empty());
}

TEST_F(ClusterLoadTest, IsLowerAtWeekends) {
  EXPECT_LT(expected_share(parse_rfc3339("2026-01-10T12:00:00+05:30")),
            expected_share(parse_rfc3339("2026-01-09T12:00:00+05:30")) - 0.2);
}

TEST_F(ClusterLoadTest, RisesInShareWhereNodesGo) {
  const double before = now().cpu_reserved_percent.value();

  sandbox.clusters->update_scaling(production, "workers-spot", {0, 30, 0}, "t", soon()).get();
  clock.advance(std::chrono::seconds(20));

  EXPECT_GT(now().cpu_reserved_percent.value(), before * 1.2);
  EXPECT_EQ(now().node_count, 13);
}

TEST_F(ClusterLoadTest, SaysWhyItDoesNotKnow) {
  production.cluster = "nobody";

  const auto workload = now();
  const auto forecast = sandbox.forecaster->recommend(production, "scale_up", soon()).get();

  EXPECT_FALSE(workload.cpu_reserved_percent.has_value());
  EXPECT_FALSE(workload.node_count.has_value());
  EXPECT_NE(workload.unavailable.find("nobody"), std::string::npos);
  EXPECT_TRUE(forecast.by_nodegroup.empty());
  EXPECT_NE(forecast.unavailable.find("nobody"), std::string::npos);
}

TEST_F(ClusterLoadTest, ForecastsTheMorningRiseAndTheEveningFall) {
  go_to("2026-01-06T08:00:00+05:30");
  EXPECT_GT(predicted("web"), 0.3);
  go_to("2026-01-06T14:00:00+05:30");
  EXPECT_NEAR(predicted("web"), 0, 0.02);
  go_to("2026-01-06T18:45:00+05:30");
  EXPECT_LT(predicted("web"), -0.3);
}

TEST_F(ClusterLoadTest, RecommendsSpotForCalmSpotGroupsOnly) {
  const auto forecast = sandbox.forecaster->recommend(production, "scale_up", soon()).get();

  EXPECT_EQ(forecast.by_nodegroup.at("web").spot_recommended, false);
  EXPECT_EQ(forecast.by_nodegroup.at("workers-spot").spot_recommended, true);
  EXPECT_NE(forecast.by_nodegroup.at("workers-spot").as_given.find(R"("recommended":true)"),
            std::string::npos);
}

}  // namespace
}  // namespace tidegate::sandbox
