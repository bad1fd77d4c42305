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
  EXPECT_EQ(cluster.removed, 5);
}

TEST(ScaleDown, IsBlockedByTheTighterOfCpuAndMemoryAndNamesASizeThatFits) {
  auto cluster = cluster_of(10, 30, 48);

  const auto verdict = check_scale_down(group_of(6), {0, 10, 1}, cluster, {});

  EXPECT_FALSE(verdict.safe);  // 4.8 nodes' worth: 96 % of 5, and 6 nodes are needed
  EXPECT_EQ(verdict.reason,
            "pods reserve 48.0 % now and would reserve 96.0 % of the 5 nodes left, the limit is 80.0 %");
  EXPECT_EQ(verdict.recommendation, "scale this node group to 2 or more");
  EXPECT_EQ(cluster.removed, 0) << "a blocked removal leaves the capacity to others";
}

TEST(ScaleDown, DoesNotLetTwoGroupsLeanOnTheSameSpareCapacity) {
  auto cluster = cluster_of(10, 40, 40);

  EXPECT_TRUE(check_scale_down(group_of(5), {0, 10, 1}, cluster, {}).safe);
  const auto second = check_scale_down(group_of(5), {0, 10, 1}, cluster, {});

  EXPECT_FALSE(second.safe);  // 4 nodes' worth of pods and 2 nodes left
  EXPECT_EQ(second.recommendation, "scale this node group to 4 or more");
}

TEST(ScaleDown, RemembersWhatIsReservedWhereNobodyCountedTheNodes) {
  auto cluster = cluster_of(10, 55, 55);
  cluster.workload.node_count.reset();

  EXPECT_TRUE(check_scale_down(group_of(5), {0, 10, 3}, cluster, {}).safe);  // 5.5 of 8 nodes
  const auto second = check_scale_down(group_of(5), {0, 10, 3}, cluster, {});

  EXPECT_FALSE(second.safe);
  EXPECT_EQ(second.reason,
            "pods reserve 55.0 % now and would reserve 91.7 % of the 6 nodes left, the limit is 80.0 %");
}

TEST(ScaleDown, CountsOnNodesOutsideManagedGroupsOnlyWhereThePolicySaysSo) {
  auto cluster = cluster_of(15, 40, 40);
  cluster.workload.node_count = 30;  // 15 of them Karpenter's
  SafetyPolicy counting;
  counting.count_unmanaged_nodes = true;

  const auto blocked = check_scale_down(group_of(5), {0, 10, 3}, cluster, {});
  EXPECT_FALSE(blocked.safe);
  EXPECT_EQ(blocked.reason,
            "pods reserve 40.0 % now and would reserve 92.3 % of the 13 nodes left, the limit is 80.0 %; 15 "
            "more nodes were seen outside managed node groups, and scaling.safety.count_unmanaged_nodes does "
            "not count on them");
  EXPECT_TRUE(check_scale_down(group_of(5), {0, 10, 3}, cluster, counting).safe);  // 12 of 28
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
  EXPECT_EQ(cluster.removed, 0);
}

}  // namespace
}  // namespace tidegate::scaling
