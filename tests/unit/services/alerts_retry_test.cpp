#include "services/alerts/retry.h"

#include <gtest/gtest.h>

namespace tidegate::alerts {
namespace {

using std::chrono::seconds;

const Instant kNow = parse_rfc3339("2026-01-05T04:30:00Z");

AttemptOutcome failed(DeliveryFailed::Hints hints = {.retryable = true}) { return {{}, "no", hints}; }

Delivery pending(int failures_so_far) {
  Delivery delivery;
  delivery.channel = "slack";
  delivery.failures = failures_so_far;
  delivery.attempts = failures_so_far;
  return begin_attempt(delivery);
}

struct PauseCase {
  int failures_before;
  int pause_s;
};

class RetryPause : public testing::TestWithParam<PauseCase> {};

TEST_P(RetryPause, DoublesUpToItsLimit) {
  const Delivery after =
      after_attempt(pending(GetParam().failures_before), failed(), 100, AlertsConfig{}, kNow);

  EXPECT_EQ(after.state, DeliveryState::kPending);
  EXPECT_EQ(after.next_attempt_at, kNow + seconds(GetParam().pause_s));
}

INSTANTIATE_TEST_SUITE_P(, RetryPause,
                         testing::Values(PauseCase{0, 5}, PauseCase{1, 10}, PauseCase{2, 20},
                                         PauseCase{3, 40}, PauseCase{4, 60}, PauseCase{60, 60}));

TEST(Retry, GivesUpAfterTheLastRetry) {
  EXPECT_EQ(after_attempt(pending(2), failed(), 3, AlertsConfig{}, kNow).state, DeliveryState::kPending);
  const Delivery last = after_attempt(pending(3), failed(), 3, AlertsConfig{}, kNow);

  EXPECT_EQ(last.state, DeliveryState::kFailed);
  EXPECT_EQ(last.attempts, 4);
  EXPECT_EQ(last.error, "no");
  EXPECT_FALSE(last.next_attempt_at);
}

TEST(Retry, GivesUpAtOnceWhereNoLaterAttemptCanWork) {
  EXPECT_EQ(after_attempt(pending(0), failed({.retryable = false}), 3, AlertsConfig{}, kNow).state,
            DeliveryState::kFailed);
}

TEST(Retry, WaitsAsLongAsTheChannelAsksForWithinReason) {
  const auto asked_for = [](seconds pause) {
    return after_attempt(pending(0), failed({.retryable = true, .retry_after = pause}), 3, AlertsConfig{},
                         kNow)
        .next_attempt_at;
  };

  EXPECT_EQ(asked_for(seconds(120)), kNow + seconds(120));
  EXPECT_EQ(asked_for(seconds(1)), kNow + seconds(5)) << "never shorter than our own pause";
  EXPECT_EQ(asked_for(seconds(86'400)), kNow + seconds(900));
}

TEST(Retry, SaysThatPeopleMayBeToldTwiceWhereAnAnswerWasLost) {
  const auto after = after_attempt(pending(0), failed({.retryable = true, .maybe_delivered = true}), 3,
                                   AlertsConfig{}, kNow);
  EXPECT_TRUE(after.possible_duplicate);
  EXPECT_FALSE(after_attempt(pending(0), failed(), 3, AlertsConfig{}, kNow).possible_duplicate);
}

TEST(Retry, RepeatsAnAttemptThatACrashCutOffWithoutCountingItAsFailed) {
  const Delivery resumed = resume_delivery(pending(1));

  EXPECT_EQ(resumed.state, DeliveryState::kPending);
  EXPECT_FALSE(resumed.under_way);
  EXPECT_TRUE(resumed.possible_duplicate);
  EXPECT_EQ(resumed.failures, 1);
  EXPECT_EQ(resumed.resends, 1);
}

TEST(Retry, LeavesADeliveryAloneThatWasNotUnderWayAtTheCrash) {
  Delivery waiting = after_attempt(pending(0), failed(), 3, AlertsConfig{}, kNow);

  const Delivery resumed = resume_delivery(waiting);

  EXPECT_FALSE(resumed.possible_duplicate);
  EXPECT_EQ(resumed.next_attempt_at, waiting.next_attempt_at);
}

TEST(Retry, GivesUpAfterTooManyCrashes) {
  Delivery delivery = pending(0);
  int crashes = 0;
  while (delivery.state == DeliveryState::kPending && crashes < 100) {
    delivery = resume_delivery(std::move(delivery));
    ++crashes;
    if (delivery.state == DeliveryState::kPending) delivery = begin_attempt(std::move(delivery));
  }

  EXPECT_EQ(crashes, kResendsMax + 1);
  EXPECT_EQ(delivery.state, DeliveryState::kFailed);
  EXPECT_FALSE(delivery.error.empty());
}

}  // namespace
}  // namespace tidegate::alerts
