#include "aws/client/adaptive_limiter.h"

#include <gtest/gtest.h>

namespace tidegate::aws {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Sends `count` requests, one every `pause`, each taken and answered.
SteadyInstant send(AdaptiveLimiter& limiter, SteadyInstant at, int count, milliseconds pause,
                   bool throttled) {
  for (int i = 0; i < count; ++i) {
    limiter.take(at);
    limiter.answered(at, throttled);
    at += pause;
  }
  return at;
}

const SteadyInstant kStart = SteadyInstant() + std::chrono::hours(1);

TEST(AdaptiveLimiter, IsOffUntilAwsThrottles) {
  AdaptiveLimiter limiter;

  send(limiter, kStart, 1000, milliseconds(1), false);

  EXPECT_EQ(limiter.rate(), 0);
  EXPECT_EQ(limiter.take(kStart + seconds(1)).count(), 0);
}

TEST(AdaptiveLimiter, CutsToSeventyPercentOfWhatWasMeasured) {
  AdaptiveLimiter limiter;
  // 100 requests a second for 10 s: the smoothed measure is 100.
  const auto at = send(limiter, kStart, 1000, milliseconds(10), false);

  limiter.answered(at, true);

  EXPECT_NEAR(limiter.rate(), 70, 1.5);
}

TEST(AdaptiveLimiter, GrowsBackToTheOldRateAndBeyond) {
  AdaptiveLimiter limiter;
  auto at = send(limiter, kStart, 1000, milliseconds(10), false);
  limiter.answered(at, true);
  const double cut = limiter.rate();

  at = send(limiter, at, 300, milliseconds(15), false);  // 66 a second for 4.5 s
  EXPECT_GT(limiter.rate(), cut);
  send(limiter, at, 1000, milliseconds(10), false);
  EXPECT_GT(limiter.rate(), 100);
}

TEST(AdaptiveLimiter, NeverRunsAheadOfTwiceTheMeasuredRate) {
  AdaptiveLimiter limiter;
  auto at = send(limiter, kStart, 100, milliseconds(100), false);  // 10 a second
  limiter.answered(at, true);

  send(limiter, at, 600, milliseconds(100), false);  // a minute: the cubic alone would say tens of thousands

  EXPECT_LE(limiter.rate(), 21);
}

TEST(AdaptiveLimiter, SpacesTheWaitingAndKeepsAFloor) {
  AdaptiveLimiter limiter;
  auto at = kStart;
  for (int i = 0; i < 20; ++i) {
    limiter.answered(at, true);
    at += seconds(5);
  }
  EXPECT_DOUBLE_EQ(limiter.rate(), 0.5);

  limiter.take(at);
  const auto first = limiter.take(at);
  const auto second = limiter.take(at);
  EXPECT_NEAR(static_cast<double>((second - first).count()), 2000, 1);
}

}  // namespace
}  // namespace tidegate::aws
