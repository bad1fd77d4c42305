#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "aws/client/adaptive_limiter.h"
#include "aws/client/circuit_breaker.h"
#include "aws/client/retry.h"

namespace tidegate::aws {

/// What the calls to one service in one region of one account share: an outage or a throttle of one tenant
/// slows no other.
struct Lane {
  Lane(const RetryConfig& retry, const BreakerConfig& breaker) : quota(retry), circuit(breaker) {}
  RetryQuota quota;
  CircuitBreaker circuit;
  AdaptiveLimiter limiter;  ///< used in the adaptive mode only
};

/// Lanes by (account, region, service), made on first use. There are as many as configured accounts times
/// regions times services.
class Lanes {
 public:
  Lanes(RetryConfig retry, BreakerConfig breaker) : retry_(retry), breaker_(breaker) {}

  std::shared_ptr<Lane> of(const std::string& account, const std::string& region,
                           const std::string& service) {
    const auto key = account + "|" + region + "|" + service;
    const std::scoped_lock lock(mutex_);
    auto& lane = lanes_[key];
    if (!lane) lane = std::make_shared<Lane>(retry_, breaker_);
    return lane;
  }

 private:
  const RetryConfig retry_;
  const BreakerConfig breaker_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<Lane>> lanes_;
};

}  // namespace tidegate::aws
