#include "aws/client/circuit_breaker.h"

#include <algorithm>

namespace tidegate::aws {

using std::chrono::seconds;

std::optional<seconds> CircuitBreaker::admit(SteadyInstant now) {
  const std::scoped_lock lock(mutex_);
  if (!config_.enabled || state_ == State::kClosed) return {};
  if (state_ == State::kOpen) {
    const auto left = std::chrono::ceil<seconds>(opened_at_ + config_.open_for - now);
    if (left.count() > 0) return left;
    state_ = State::kHalfOpen;
    successes_ = 0;
    probing_ = false;
  }
  if (probing_) return seconds(1);
  probing_ = true;
  return {};
}

void CircuitBreaker::succeeded() {
  const std::scoped_lock lock(mutex_);
  failures_ = 0;
  probing_ = false;
  if (state_ == State::kHalfOpen && ++successes_ >= config_.successes_to_close) state_ = State::kClosed;
}

void CircuitBreaker::failed(SteadyInstant now) {
  const std::scoped_lock lock(mutex_);
  probing_ = false;
  if (state_ == State::kHalfOpen || (state_ == State::kClosed && ++failures_ >= config_.failures_to_open)) {
    open(now);
  }
}

void CircuitBreaker::abandoned() {
  const std::scoped_lock lock(mutex_);
  probing_ = false;
}

CircuitBreaker::State CircuitBreaker::state() const {
  const std::scoped_lock lock(mutex_);
  return state_;
}

void CircuitBreaker::open(SteadyInstant now) {
  state_ = State::kOpen;
  failures_ = 0;
  opened_at_ = now;
}

}  // namespace tidegate::aws
