#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "services/clock.h"

namespace tidegate {

struct TokenBucketConfig {
  double rate_per_second = 2'000;  ///< tokens that come back; 0 = no limit
  double burst = 5'000;            ///< most tokens, at least 1
};

/// Defaults: seed 004.
struct RateLimitConfig {
  TokenBucketConfig per_key;
  TokenBucketConfig global;
};

/// What a bucket said.
struct RateDecision {
  bool allowed = true;
  double remaining = 0;                      ///< whole requests that may follow at once
  std::chrono::milliseconds retry_after{0};  ///< until the next token, where not allowed
  std::chrono::milliseconds full_after{0};   ///< until the bucket is full again
};

/// A token bucket as one atomic number: the moment at which it will be full again (generic cell rate
/// algorithm). Lock-free, so one hot bucket costs one compare-and-swap a request. Thread-safe.
class TokenBucket {
 public:
  explicit TokenBucket(TokenBucketConfig config);

  RateDecision take(SteadyInstant now);
  /// Puts a token back that was taken for a request that another bucket refused.
  void give_back();

  bool unlimited() const { return interval_ns_ == 0; }
  const TokenBucketConfig& config() const { return config_; }

 private:
  const TokenBucketConfig config_;
  const std::int64_t interval_ns_;  ///< between two tokens
  const std::int64_t depth_ns_;     ///< time to fill an empty bucket
  std::atomic<std::int64_t> full_at_ns_{0};
};

/// One bucket a principal and one for all. Thread-safe.
class RateLimiter {
 public:
  enum class Bucket { kNone, kKey, kGlobal };
  struct Decision {
    Bucket refused_by = Bucket::kNone;
    RateDecision key;  ///< what is told to the caller in RateLimit fields
    std::chrono::milliseconds retry_after{0};
  };

  RateLimiter(RateLimitConfig config, std::size_t principals);
  /// Takes a token for a request of principal `index`.
  Decision take(std::size_t index, SteadyInstant now);
  const RateLimitConfig& config() const { return config_; }

 private:
  const RateLimitConfig config_;
  std::vector<std::unique_ptr<TokenBucket>> keys_;
  TokenBucket global_;
};

}  // namespace tidegate
