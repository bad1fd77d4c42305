#pragma once

#include <chrono>
#include <mutex>
#include <optional>

#include "services/clock.h"

namespace tidegate::aws {

/// Seed defaults: opens after 5 failures in a row, tries again after 60 s, closes after 2 successes.
struct BreakerConfig {
  bool enabled = true;
  int failures_to_open = 5;
  std::chrono::seconds open_for{60};
  int successes_to_close = 2;
};

/// Keeps calls away from a dependency that is down. A failure is no answer or a 5xx; a throttle or a refusal
/// is an answer. Half open, one call at a time goes through. Thread-safe.
class CircuitBreaker {
 public:
  enum class State { kClosed, kOpen, kHalfOpen };

  explicit CircuitBreaker(BreakerConfig config) : config_(config) {}

  /// Asks to send a call. Null = go on, and report back with succeeded(), failed() or abandoned(); otherwise
  /// how long the dependency is left alone.
  std::optional<std::chrono::seconds> admit(SteadyInstant now);
  void succeeded();
  void failed(SteadyInstant now);
  /// The call ended without telling anything about the dependency.
  void abandoned();
  State state() const;

 private:
  void open(SteadyInstant now);

  const BreakerConfig config_;
  mutable std::mutex mutex_;
  State state_ = State::kClosed;
  int failures_ = 0;
  int successes_ = 0;
  bool probing_ = false;
  SteadyInstant opened_at_;
};

}  // namespace tidegate::aws
