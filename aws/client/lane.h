#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "aws/client/adaptive_limiter.h"
#include "aws/client/circuit_breaker.h"
#include "aws/client/endpoint.h"
#include "aws/client/retry.h"

namespace tidegate::aws {

/// What the calls to one service in one region of one account share: where they go, and that an outage or a
/// throttle of one tenant slows no other.
struct Lane {
  Lane(Endpoint where, const RetryConfig& retry, const BreakerConfig& breaker)
      : endpoint(std::move(where)), quota(retry), circuit(breaker) {}
  const Endpoint endpoint;
  RetryQuota quota;
  CircuitBreaker circuit;
  AdaptiveLimiter limiter = {};  ///< used in the adaptive mode only
};

/// Lanes by (account, region, service), made on first use. There are as many as configured accounts times
/// regions times services.
class Lanes {
 public:
  Lanes(EndpointConfig endpoints, RetryConfig retry, BreakerConfig breaker)
      : endpoints_(std::move(endpoints)), retry_(retry), breaker_(breaker) {}

  /// Throws as resolve_endpoint() does.
  std::shared_ptr<Lane> of(const std::string& account, const std::string& region, const ServiceRow& service) {
    std::string key;
    key.reserve(account.size() + region.size() + service.model.size() + 2);
    key.append(account).append("|").append(region).append("|").append(service.model);
    const std::scoped_lock lock(mutex_);
    const auto found = lanes_.find(key);
    if (found != lanes_.end()) return found->second;
    auto lane =
        std::make_shared<Lane>(resolve_endpoint(service, region, endpoints_), retry_, breaker_of(service));
    lanes_.emplace(std::move(key), lane);
    return lane;
  }

 private:
  BreakerConfig breaker_of(const ServiceRow& service) const {
    BreakerConfig config = breaker_;
    // DynamoDB holds the state. Nothing works without it, so not asking spares nobody: a blip of a second
    // would become a minute without leases. Deadlines and the retry quota bound what an outage costs.
    if (service.model == "dynamodb") config.enabled = false;
    return config;
  }

  const EndpointConfig endpoints_;
  const RetryConfig retry_;
  const BreakerConfig breaker_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<Lane>> lanes_;
};

}  // namespace tidegate::aws
