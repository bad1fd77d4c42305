#include "aws/client/adaptive_limiter.h"

#include <algorithm>
#include <cmath>

namespace tidegate::aws {

namespace {

constexpr double kBeta = 0.7;
constexpr double kScale = 0.4;
constexpr double kSmoothing = 0.8;
constexpr double kWindowSeconds = 0.5;
constexpr double kFillRateMin = 0.5;
constexpr double kMeasuredTimesMax = 2.0;

double seconds_of(SteadyInstant instant) {
  return std::chrono::duration<double>(instant.time_since_epoch()).count();
}

}  // namespace

std::chrono::milliseconds AdaptiveLimiter::take(SteadyInstant now) {
  const std::scoped_lock lock(mutex_);
  if (!on_) return std::chrono::milliseconds(0);
  refill(seconds_of(now));
  tokens_ -= 1;
  if (tokens_ >= 0) return std::chrono::milliseconds(0);
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::ceil(-tokens_ / fill_rate_ * 1'000)));
}

void AdaptiveLimiter::answered(SteadyInstant now, bool throttled) {
  const double at = seconds_of(now);
  const std::scoped_lock lock(mutex_);
  measure(at);
  double wanted = 0;
  if (throttled) {
    rate_at_throttle_ = on_ ? std::min(measured_rate_, fill_rate_) : measured_rate_;
    throttled_at_s_ = at;
    wanted = rate_at_throttle_ * kBeta;
    if (!on_) refilled_at_s_ = at;
    on_ = true;
  } else if (on_) {
    wanted = cubic(at);
  } else {
    return;
  }
  refill(at);
  fill_rate_ = std::max(std::min(wanted, kMeasuredTimesMax * measured_rate_), kFillRateMin);
  capacity_ = std::max(fill_rate_, 1.0);
  tokens_ = std::min(tokens_, capacity_);
}

double AdaptiveLimiter::rate() const {
  const std::scoped_lock lock(mutex_);
  return on_ ? fill_rate_ : 0;
}

void AdaptiveLimiter::measure(double seconds) {
  const double window = std::floor(seconds / kWindowSeconds) * kWindowSeconds;
  window_count_ += 1;
  if (window_start_s_ == 0) window_start_s_ = std::floor(seconds);
  if (window <= window_start_s_) return;
  const double rate = window_count_ / (window - window_start_s_);
  measured_rate_ = rate * kSmoothing + measured_rate_ * (1 - kSmoothing);
  window_count_ = 0;
  window_start_s_ = window;
}

double AdaptiveLimiter::cubic(double seconds) const {
  const double plateau = std::cbrt(rate_at_throttle_ * (1 - kBeta) / kScale);
  return kScale * std::pow(seconds - throttled_at_s_ - plateau, 3) + rate_at_throttle_;
}

void AdaptiveLimiter::refill(double seconds) {
  tokens_ = std::min(capacity_, tokens_ + std::max(seconds - refilled_at_s_, 0.0) * fill_rate_);
  refilled_at_s_ = seconds;
}

}  // namespace tidegate::aws
