#pragma once

#include <pplx/pplxtasks.h>

#include <chrono>

#include "services/clock.h"

namespace tidegate {

/// How long a piece of work may still take, and whether it is still wanted. Passed by value down to every
/// port that waits; all attempts of a call share it.
class Deadline {
 public:
  Deadline(SteadyInstant at, pplx::cancellation_token cancelled)
      : at_(at), cancelled_(std::move(cancelled)) {}

  /// `timeout` from now on the clock's steady time.
  static Deadline after(const Clock& clock, std::chrono::milliseconds timeout,
                        pplx::cancellation_token cancelled = pplx::cancellation_token::none()) {
    return {clock.steady_now() + timeout, std::move(cancelled)};
  }

  /// What is left, never negative.
  std::chrono::milliseconds remaining(const Clock& clock) const {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(at_ - clock.steady_now());
    return left.count() > 0 ? left : std::chrono::milliseconds(0);
  }
  bool expired(const Clock& clock) const { return remaining(clock).count() == 0 || cancelled_.is_canceled(); }
  const pplx::cancellation_token& cancelled() const { return cancelled_; }

 private:
  SteadyInstant at_;
  pplx::cancellation_token cancelled_;
};

}  // namespace tidegate
