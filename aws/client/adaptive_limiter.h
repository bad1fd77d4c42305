#pragma once

#include <chrono>
#include <mutex>

#include "services/clock.h"

namespace tidegate::aws {

/// The client-side rate limit of the "adaptive" retry mode (botocore 1.44 retries/adaptive.py, throttling.py,
/// bucket.py): off until AWS throttles for the first time, then the rate is cut to 0.7 of what was measured
/// and grows back along a cubic curve. One a lane: a throttled tenant slows no other. Thread-safe.
class AdaptiveLimiter {
 public:
  /// Takes a token and says how long to wait before it may be used; zero while the limiter is off.
  std::chrono::milliseconds take(SteadyInstant now);
  /// Tells what a sent request came to.
  void answered(SteadyInstant now, bool throttled);
  /// Requests a second that are let through; 0 while the limiter is off.
  double rate() const;

 private:
  void measure(double seconds);
  double cubic(double seconds) const;
  void refill(double seconds);

  mutable std::mutex mutex_;
  bool on_ = false;
  double measured_rate_ = 0;   ///< requests a second, smoothed
  double window_start_s_ = 0;  ///< of the running half second
  double window_count_ = 0;
  double fill_rate_ = 0;  ///< tokens a second
  double capacity_ = 1;
  double tokens_ = 0;  ///< negative: promised to those who wait
  double refilled_at_s_ = 0;
  double rate_at_throttle_ = 0;
  double throttled_at_s_ = 0;
};

}  // namespace tidegate::aws
