#include "server/middleware/rate_limiter.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "tests/unit/services/virtual_clock.h"

namespace tidegate {
namespace {

using std::chrono::milliseconds;
using Bucket = RateLimiter::Bucket;

int taken(TokenBucket& bucket, SteadyInstant now) {
  int count = 0;
  while (bucket.take(now).allowed) ++count;
  return count;
}

TEST(TokenBucket, GivesItsBurstAtOnceAndItsRateAfterwards) {
  VirtualClock clock;
  TokenBucket bucket({.rate_per_second = 10, .burst = 5});

  EXPECT_EQ(taken(bucket, clock.steady_now()), 5);
  clock.advance(milliseconds(99));
  EXPECT_EQ(taken(bucket, clock.steady_now()), 0);
  clock.advance(milliseconds(1));
  EXPECT_EQ(taken(bucket, clock.steady_now()), 1);
  clock.advance(milliseconds(10'000));
  EXPECT_EQ(taken(bucket, clock.steady_now()), 5);
}

TEST(TokenBucket, SaysWhatIsLeftAndWhenMoreComes) {
  VirtualClock clock;
  TokenBucket bucket({.rate_per_second = 10, .burst = 3});

  const RateDecision first = bucket.take(clock.steady_now());
  EXPECT_EQ(first.remaining, 2);
  EXPECT_EQ(first.full_after, milliseconds(100));
  EXPECT_EQ(bucket.take(clock.steady_now()).remaining, 1);
  EXPECT_EQ(bucket.take(clock.steady_now()).remaining, 0);

  clock.advance(milliseconds(40));
  const RateDecision refused = bucket.take(clock.steady_now());
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.retry_after, milliseconds(60));
  clock.advance(refused.retry_after);
  EXPECT_TRUE(bucket.take(clock.steady_now()).allowed);
}

TEST(TokenBucket, RefusesNobodyWithoutARate) {
  VirtualClock clock;
  TokenBucket bucket({.rate_per_second = 0, .burst = 1});

  for (int i = 0; i < 100; ++i) EXPECT_TRUE(bucket.take(clock.steady_now()).allowed);
}

TEST(TokenBucket, GivesExactlyItsBurstToManyThreads) {
  TokenBucket bucket({.rate_per_second = 1, .burst = 1000});
  const SteadyInstant now = VirtualClock().steady_now();
  std::atomic<int> allowed{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) allowed += bucket.take(now).allowed ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(allowed, 1000);
}

TEST(RateLimiter, LimitsEachPrincipalForItself) {
  VirtualClock clock;
  RateLimiter limiter({.per_key = {1, 2}, .global = {1000, 1000}}, 2);

  EXPECT_EQ(limiter.take(0, clock.steady_now()).refused_by, Bucket::kNone);
  EXPECT_EQ(limiter.take(0, clock.steady_now()).refused_by, Bucket::kNone);
  const auto refused = limiter.take(0, clock.steady_now());
  EXPECT_EQ(refused.refused_by, Bucket::kKey);
  EXPECT_EQ(refused.retry_after, milliseconds(1000));
  EXPECT_EQ(limiter.take(1, clock.steady_now()).refused_by, Bucket::kNone);
}

TEST(RateLimiter, LimitsAllTogetherAndTakesNothingFromARefusedPrincipal) {
  VirtualClock clock;
  RateLimiter limiter({.per_key = {1, 2}, .global = {10, 1}}, 2);

  EXPECT_EQ(limiter.take(0, clock.steady_now()).refused_by, Bucket::kNone);
  EXPECT_EQ(limiter.take(1, clock.steady_now()).refused_by, Bucket::kGlobal);

  clock.advance(milliseconds(100));
  const auto allowed = limiter.take(1, clock.steady_now());
  EXPECT_EQ(allowed.refused_by, Bucket::kNone);
  EXPECT_EQ(allowed.key.remaining, 1);
}

}  // namespace
}  // namespace tidegate
