#include "server/middleware/rate_limiter.h"

#include <algorithm>
#include <cmath>

namespace tidegate {

namespace {

std::chrono::milliseconds round_up_ms(std::int64_t ns) {
  return std::chrono::ceil<std::chrono::milliseconds>(
      std::chrono::nanoseconds(std::max<std::int64_t>(ns, 0)));
}

}  // namespace

TokenBucket::TokenBucket(TokenBucketConfig config)
    : config_(config),
      interval_ns_(config.rate_per_second > 0
                       ? std::max<std::int64_t>(std::llround(1e9 / config.rate_per_second), 1)
                       : 0),
      depth_ns_(static_cast<std::int64_t>(static_cast<double>(interval_ns_) * std::max(config.burst, 1.0))) {}

RateDecision TokenBucket::take(SteadyInstant now) {
  RateDecision decision;
  if (unlimited()) {
    decision.remaining = config_.burst;
    return decision;
  }
  const std::int64_t now_ns = std::chrono::nanoseconds(now.time_since_epoch()).count();
  std::int64_t full_at = full_at_ns_.load(std::memory_order_relaxed);
  while (true) {
    const std::int64_t next = std::max(full_at, now_ns) + interval_ns_;
    const std::int64_t missing_ns = next - now_ns - depth_ns_;
    if (missing_ns > 0) {
      decision.allowed = false;
      decision.retry_after = round_up_ms(missing_ns);
      decision.full_after = round_up_ms(full_at - now_ns);
      return decision;
    }
    if (full_at_ns_.compare_exchange_weak(full_at, next, std::memory_order_relaxed)) {
      decision.remaining = std::floor(static_cast<double>(-missing_ns) / static_cast<double>(interval_ns_));
      decision.full_after = round_up_ms(next - now_ns);
      return decision;
    }
  }
}

void TokenBucket::give_back() { full_at_ns_.fetch_sub(interval_ns_, std::memory_order_relaxed); }

RateLimiter::RateLimiter(RateLimitConfig config, std::size_t principals)
    : config_(config), global_(config.global) {
  for (std::size_t i = 0; i < principals; ++i) keys_.push_back(std::make_unique<TokenBucket>(config.per_key));
}

RateLimiter::Decision RateLimiter::take(std::size_t index, SteadyInstant now) {
  Decision decision;
  TokenBucket& own = *keys_.at(index);
  decision.key = own.take(now);
  if (!decision.key.allowed) {
    decision.refused_by = Bucket::kKey;
    decision.retry_after = decision.key.retry_after;
    return decision;
  }
  const RateDecision global = global_.take(now);
  if (!global.allowed) {
    own.give_back();
    decision.refused_by = Bucket::kGlobal;
    decision.retry_after = global.retry_after;
  }
  return decision;
}

}  // namespace tidegate
