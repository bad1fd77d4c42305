#include "sandbox/simulated_account.h"

#include <gmock/gmock.h>

#include "services/async/when_all.h"
#include "services/scaling/workload_source.h"
#include "tests/unit/sandbox/sandbox_fixture.h"

namespace tidegate::sandbox {
namespace {

using scaling::ClusterRef;
using scaling::NodegroupUpdate;
using scaling::ScalingConfig;
using testing::ElementsAre;

struct SimulatedAccountTest : SandboxTest {
  ScalingConfig seven{.min_size = 2, .max_size = 12, .desired_size = 7};

  scaling::Nodegroup web() { return sandbox.clusters->describe_nodegroup(production, "web", soon()).get(); }
  NodegroupUpdate scale_web(const ScalingConfig& to, const std::string& token) {
    return sandbox.clusters->update_scaling(production, "web", to, token, soon()).get();
  }
  std::string status_of(const std::string& update_id) {
    return sandbox.clusters->describe_update(production, "web", update_id, soon()).get().status;
  }
  int nodes() { return sandbox.workload->analyze(production, soon()).get().node_count.value(); }
};

TEST_F(SimulatedAccountTest, StartsWithTwoClustersAndTheConfiguredOne) {
  const auto names = [&](const SandboxPlatform& platform, const std::string& cluster) {
    return platform.clusters->list_nodegroups({"", "us-east-1", cluster}, soon()).get();
  };
  const auto own = make_sandbox_platform({.default_cluster = "mine"}, store, clock);

  EXPECT_THAT(names(sandbox, "production"),
              ElementsAre("system", "web", "api", "memory", "batch-spot", "workers-spot"));
  EXPECT_THAT(names(sandbox, "staging"), ElementsAre("system", "web", "batch-spot", "ci-spot"));
  EXPECT_EQ(names(own, "mine"), names(sandbox, "production"));
  EXPECT_THROW(names(sandbox, "mine"), NotFound);
}

TEST_F(SimulatedAccountTest, DoesNotKnowWhatIsNotThere) {
  EXPECT_THROW(sandbox.clusters->list_nodegroups({"", "eu-west-1", "production"}, soon()).get(), NotFound);
  EXPECT_THROW(sandbox.clusters->list_nodegroups({"other", "us-east-1", "production"}, soon()).get(),
               NotFound);
  EXPECT_THROW(sandbox.clusters->describe_nodegroup(production, "nobody", soon()).get(), NotFound);
  EXPECT_THROW(sandbox.clusters->update_scaling(production, "nobody", seven, "t", soon()).get(), NotFound);
  EXPECT_THROW(sandbox.clusters->describe_update(production, "web", "nothing", soon()).get(), NotFound);
}

TEST_F(SimulatedAccountTest, TakesTimeToScale) {
  const int before = nodes();

  const auto update = scale_web(seven, "one");

  EXPECT_EQ(update.status, "InProgress");
  EXPECT_EQ(web().status, "UPDATING");
  EXPECT_EQ(web().scaling, seven);
  EXPECT_EQ(nodes(), before);
  clock.advance(std::chrono::milliseconds(4'999));
  EXPECT_EQ(status_of(update.id), "InProgress");
  clock.advance(std::chrono::seconds(16));
  EXPECT_EQ(status_of(update.id), "Successful");
  EXPECT_EQ(web().status, "ACTIVE");
  EXPECT_EQ(nodes(), before + 5);
}

TEST_F(SimulatedAccountTest, BringsNodesOneAfterAnother) {
  const int before = nodes();
  scale_web(seven, "one");

  int seen = before;
  for (int second = 0; second < 20; ++second) {
    clock.advance(std::chrono::seconds(1));
    EXPECT_GE(nodes(), seen);
    EXPECT_LE(nodes() - seen, 1);
    seen = nodes();
  }

  EXPECT_EQ(seen, before + 5);
}

TEST_F(SimulatedAccountTest, TakesOneChangeForOneToken) {
  const auto first = scale_web(seven, "one");

  EXPECT_EQ(scale_web(seven, "one").id, first.id);
  clock.advance(std::chrono::minutes(1));
  EXPECT_EQ(scale_web(seven, "one").id, first.id);
  EXPECT_EQ(web().status, "ACTIVE");
  EXPECT_THROW(scale_web({.min_size = 1, .max_size = 9, .desired_size = 3}, "one"), InvalidRequest);
}

TEST_F(SimulatedAccountTest, RefusesASecondChangeWhileOneIsInProgress) {
  scale_web(seven, "one");

  try {
    scale_web({.min_size = 1, .max_size = 9, .desired_size = 3}, "two");
    FAIL() << "taken";
  } catch (const Conflict& conflict) {
    EXPECT_GE(conflict.retry_after().value().count(), 5);
    EXPECT_LE(conflict.retry_after().value().count(), 20);
  }

  EXPECT_EQ(web().scaling, seven);
  clock.advance(std::chrono::seconds(20));
  EXPECT_NO_THROW(scale_web({.min_size = 1, .max_size = 9, .desired_size = 3}, "two"));
}

TEST_F(SimulatedAccountTest, RefusesFiguresThatEksRefuses) {
  const auto before = web().scaling;

  for (const ScalingConfig& wrong : {ScalingConfig{-1, 5, 3}, ScalingConfig{0, 0, 0}, ScalingConfig{3, 5, 2},
                                     ScalingConfig{0, 5, 6}, ScalingConfig{0, 451, 1}}) {
    EXPECT_THROW(scale_web(wrong, "t" + std::to_string(wrong.max_size)), InvalidRequest);
  }

  EXPECT_EQ(web().scaling, before);
}

TEST_F(SimulatedAccountTest, IsAsItWasAfterARestart) {
  const auto update = scale_web(seven, "one");
  clock.advance(std::chrono::seconds(2));

  restart();

  EXPECT_EQ(web().status, "UPDATING");
  EXPECT_EQ(web().scaling, seven);
  EXPECT_EQ(status_of(update.id), "InProgress");
  EXPECT_EQ(scale_web(seven, "one").id, update.id);
  clock.advance(std::chrono::seconds(20));
  EXPECT_EQ(status_of(update.id), "Successful");
}

TEST_F(SimulatedAccountTest, TakesOneOfManyConcurrentChanges) {
  const std::function<pplx::task<NodegroupUpdate>(int)> change = [&](int i) {
    return sandbox.clusters->update_scaling(production, "web", seven, "token-" + std::to_string(i), soon());
  };

  const auto settled =
      when_all_settled<NodegroupUpdate>(std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7}, 8, change).get();

  int taken = 0;
  for (const auto& one : settled) {
    if (one.value) {
      ++taken;
    } else {
      EXPECT_THROW(std::rethrow_exception(one.failure), Conflict);
    }
  }
  EXPECT_EQ(taken, 1);
}

TEST_F(SimulatedAccountTest, RepliesAlikeFromOneSeedAndNotFromAnother) {
  const auto first_id = [&](std::uint64_t seed) {
    const TemporaryDir dir;
    const auto own_store = std::make_shared<SqliteStore>(dir.path() / "data", clock);
    const auto platform = make_sandbox_platform({.seed = seed}, own_store, clock);
    return platform.clusters->update_scaling(production, "web", seven, "one", soon()).get().id;
  };

  EXPECT_EQ(first_id(1), first_id(1));
  EXPECT_NE(first_id(1), first_id(2));
}

TEST(SimulatedNodegroup, KeepsALimitedRecordOfItsUpdates) {
  SimulatedNodegroup group{
      .name = "g", .capacity_type = "SPOT", .instance_types = {}, .scaling = {}, .updates = {}};
  Instant now{};
  for (int i = 0; i < 150; ++i) {
    take_update(group, {0, 9, i % 9}, "t" + std::to_string(i), now, 1);
    now += std::chrono::seconds(30);
  }

  EXPECT_EQ(group.updates.size(), kUpdatesKept);
  EXPECT_EQ(group.find_token("t49"), nullptr);
  ASSERT_NE(group.find_token("t50"), nullptr);
  EXPECT_EQ(encode_nodegroup(decode_nodegroup(encode_nodegroup(group))), encode_nodegroup(group));
}

TEST(SimulatedNodegroup, TakesNodesAwayAsGraduallyAsItBringsThem) {
  SimulatedNodegroup group{
      .name = "g", .capacity_type = "SPOT", .instance_types = {}, .scaling = {0, 20, 10}, .updates = {}};
  const Instant start{};
  const auto update = take_update(group, {0, 20, 0}, "t", start, 1);

  EXPECT_EQ(nodes_at(group, start), 10);
  EXPECT_EQ(nodes_at(group, start + (update.finishes_at - start) / 2), 5);
  EXPECT_EQ(nodes_at(group, update.finishes_at), 0);
}

}  // namespace
}  // namespace tidegate::sandbox
