#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <vector>

#include "services/async/task.h"
#include "services/clock.h"

namespace tidegate::aws {

/// The machine's own time, for tests that talk to a real socket; sleeping is not theirs to do.
class RealClock final : public Clock {
 public:
  Instant now() const override { return std::chrono::system_clock::now(); }
  SteadyInstant steady_now() const override { return std::chrono::steady_clock::now(); }
  pplx::task<void> sleep_for(std::chrono::milliseconds) override { return pplx::task_from_result(); }
};

/// Time that passes only when somebody sleeps: sleep_for moves it on and completes at once.
class LeapingClock final : public Clock {
 public:
  explicit LeapingClock(const std::string& start = "2026-11-21T02:30:00Z") : start_(parse_rfc3339(start)) {}

  Instant now() const override { return start_ + elapsed(); }
  SteadyInstant steady_now() const override { return SteadyInstant() + std::chrono::hours(1) + elapsed(); }
  pplx::task<void> sleep_for(std::chrono::milliseconds duration) override {
    const std::scoped_lock lock(mutex_);
    sleeps_.push_back(duration);
    elapsed_ += duration;
    return pplx::task_from_result();
  }
  void advance(std::chrono::milliseconds duration) {
    const std::scoped_lock lock(mutex_);
    elapsed_ += duration;
  }
  std::vector<std::chrono::milliseconds> sleeps() const {
    const std::scoped_lock lock(mutex_);
    return sleeps_;
  }

 private:
  std::chrono::milliseconds elapsed() const {
    const std::scoped_lock lock(mutex_);
    return elapsed_;
  }

  const Instant start_;
  mutable std::mutex mutex_;
  std::chrono::milliseconds elapsed_{0};
  std::vector<std::chrono::milliseconds> sleeps_;
};

}  // namespace tidegate::aws
