#include "services/scaling/safety.h"

#include <gtest/gtest.h>

namespace tidegate::scaling {
namespace {

Nodegroup group_of(int desired, std::string status = "ACTIVE") {
  return {"web", std::move(status), {0, 10, desired}, {"m5.large"}, "ON_DEMAND", {}};
}

ClusterSnapshot cluster_of(int nodes, std::optional<double> cpu, std::optional<double> memory) {
  return {nodes,
          {.cpu_reserved_percent = cpu,
           .memory_reserved_percent = memory,
           .node_count = nodes,
           .observed_at = {},
           .source = "test",
           .unavailable = ""}};
}

TEST(ScaleDown, IsSafeWhereTheWorkloadFitsWhatIsLeft) {
  auto cluster = cluster_of(10, 30, 40);

  const auto verdict = check_scale_down(group_of(6), {0, 10, 1}, cluster, {});

  EXPECT_TRUE(verdict.safe);  // 40 % of 10 nodes is 80 % of 5
  EXPECT_EQ(cluster.nodes, 5);
}

TEST(ScaleDown, IsBlockedByTheTighterOfCpuAndMemoryAndNamesASizeThatFits) {
  auto cluster = cluster_of(10, 30, 48);

  const auto verdict = check_scale_down(group_of(6), {0, 10, 1}, cluster, {});

  EXPECT_FALSE(verdict.safe);  // 4.8 nodes' worth: 96 % of 5, and 6 nodes are needed
  EXPECT_EQ(verdict.reason,
            "pods reserve 48.0 % now and would reserve 96.0 % of the 5 nodes left, the limit is 80.0 %");
  EXPECT_EQ(verdict.recommendation, "scale this node group to 2 or more");
  EXPECT_EQ(cluster.nodes, 10) << "a blocked removal leaves the capacity to others";
}

TEST(ScaleDown, DoesNotLetTwoGroupsLeanOnTheSameSpareCapacity) {
  auto cluster = cluster_of(10, 40, 40);

  EXPECT_TRUE(check_scale_down(group_of(5), {0, 10, 1}, cluster, {}).safe);
  const auto second = check_scale_down(group_of(5), {0, 10, 1}, cluster, {});

  EXPECT_FALSE(second.safe);  // 4 nodes' worth of pods and 2 nodes left
  EXPECT_EQ(second.recommendation, "scale this node group to 4 or more");
}

TEST(ScaleDown, OfAnIdleClusterMayGoToNothing) {
  auto cluster = cluster_of(3, 10, 5);
  EXPECT_TRUE(check_scale_down(group_of(3), {0, 10, 0}, cluster, {}).safe);
}

TEST(ScaleDown, OfABusyClusterToNothingIsBlocked) {
  auto cluster = cluster_of(3, 11, 5);
  EXPECT_FALSE(check_scale_down(group_of(3), {0, 10, 0}, cluster, {}).safe);
}

TEST(ScaleDown, WithUnknownWorkloadIsAllowedUnlessThePolicyBlocks) {
  ClusterSnapshot unknown{4,
                          {.cpu_reserved_percent = {},
                           .memory_reserved_percent = {},
                           .node_count = {},
                           .observed_at = {},
                           .source = "",
                           .unavailable = "Container Insights is off"}};

  const auto allowed = check_scale_down(group_of(4), {0, 10, 2}, unknown, {});
  EXPECT_TRUE(allowed.safe);
  EXPECT_EQ(allowed.checks.back().result, CheckResult::kUnknown);
  EXPECT_EQ(allowed.checks.back().detail, "what runs in the cluster is not known: Container Insights is off");

  SafetyPolicy strict;
  strict.block_when_workload_unknown = true;
  EXPECT_FALSE(check_scale_down(group_of(4), {0, 10, 2}, unknown, strict).safe);
}

TEST(ScaleDown, IsBlockedWhileTheGroupIsNotActive) {
  auto cluster = cluster_of(10, 1, 1);

  const auto verdict = check_scale_down(group_of(6, "UPDATING"), {0, 10, 1}, cluster, {});

  EXPECT_FALSE(verdict.safe);
  EXPECT_EQ(verdict.reason, "the node group is UPDATING");
}

TEST(ScaleDown, KeepsTheClustersFloor) {
  auto cluster = cluster_of(4, 1, 1);
  SafetyPolicy policy;
  policy.cluster_nodes_min = 2;

  EXPECT_TRUE(check_scale_down(group_of(4), {0, 10, 2}, cluster, policy).safe);
  EXPECT_FALSE(check_scale_down(group_of(2), {0, 10, 1}, cluster, policy).safe);
}

TEST(ScaleDown, ThatAddsNodesNeedsNoRoom) {
  auto cluster = cluster_of(2, 99, 99);
  EXPECT_TRUE(check_scale_down(group_of(2), {0, 10, 3}, cluster, {}).safe);
  EXPECT_EQ(cluster.nodes, 2);
}

}  // namespace
}  // namespace tidegate::scaling
