#include "sandbox/receiver.h"

#include <set>

#include "tests/unit/sandbox/sandbox_fixture.h"

namespace tidegate::sandbox {
namespace {

struct ReceiverTest : SandboxTest {
  std::string tell(const std::string& channel, const std::string& token, const std::string& message = "m") {
    return sandbox.channels.at(channel)
        ->notify({.alert_id = "alert-1",
                  .severity = "critical",
                  .type = "cluster_health",
                  .title = "t",
                  .message = message,
                  .alert_json = R"({"id":"alert-1"})",
                  .dedup_token = token},
                 soon())
        .get();
  }
  std::vector<ReceivedNotification> received(std::size_t limit = 100) {
    return sandbox.receiver->list(limit).get();
  }
};

TEST_F(ReceiverTest, ShowsWhatWasNotifiedNewestFirst) {
  const auto first = tell("slack", "a", "one");
  clock.advance(std::chrono::seconds(1));
  const auto second = tell("email", "a", "two");

  const auto all = received();

  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].message_id, second);
  EXPECT_EQ(all[0].channel, "email");
  EXPECT_EQ(all[0].received_at, clock.now());
  EXPECT_EQ(all[0].notification.message, "two");
  EXPECT_EQ(all[0].notification.alert_json, R"({"id":"alert-1"})");
  EXPECT_EQ(all[1].message_id, first);
}

TEST_F(ReceiverTest, PagesOnceForOneToken) {
  const auto first = tell("pagerduty", "delivery-1");
  clock.advance(std::chrono::minutes(5));

  EXPECT_EQ(tell("pagerduty", "delivery-1"), first);
  EXPECT_NE(tell("pagerduty", "delivery-2"), first);

  EXPECT_EQ(received().size(), 2U);
}

TEST_F(ReceiverTest, TellsEveryTimeOnChannelsWithoutTokens) {
  std::set<std::string> ids;
  for (int i = 0; i < 3; ++i) ids.insert(tell("sms", "delivery-1"));

  EXPECT_EQ(ids.size(), 3U);
  EXPECT_EQ(received().size(), 3U);
}

TEST_F(ReceiverTest, LimitsWhatItLists) {
  for (int i = 0; i < 5; ++i) {
    tell("slack", "t", std::to_string(i));
    clock.advance(std::chrono::milliseconds(1));
  }

  const auto latest = received(2);

  ASSERT_EQ(latest.size(), 2U);
  EXPECT_EQ(latest[0].notification.message, "4");
  EXPECT_EQ(latest[1].notification.message, "3");
}

TEST_F(ReceiverTest, RemembersOverARestart) {
  const auto first = tell("pagerduty", "delivery-1");

  restart();

  EXPECT_EQ(tell("pagerduty", "delivery-1"), first);
  EXPECT_EQ(received().size(), 1U);
}

TEST_F(ReceiverTest, ForgetsAfterAWeek) {
  tell("slack", "t");

  clock.advance(std::chrono::hours(24 * 7) + std::chrono::seconds(1));

  EXPECT_TRUE(received().empty());
}

}  // namespace
}  // namespace tidegate::sandbox
