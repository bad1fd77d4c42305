#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>

#include "services/clock.h"

namespace tidegate {

/// Time that passes only when a test says so. advance() wakes sleepers in the order of their times, each at
/// exactly its own time, on the calling thread: whatever a sleeper does until it next waits has happened when
/// advance() returns, new sleeps that end within the same advance included. Thread-safe.
class VirtualClock final : public Clock {
 public:
  explicit VirtualClock(Instant start = parse_rfc3339("2026-01-05T04:30:00Z")) : start_(start) {}
  explicit VirtualClock(const std::string& start) : VirtualClock(parse_rfc3339(start)) {}

  Instant now() const override {
    const std::lock_guard lock(mutex_);
    return start_ + wall_shift_ + elapsed_;
  }
  SteadyInstant steady_now() const override {
    const std::lock_guard lock(mutex_);
    return SteadyInstant(kBoot) + elapsed_;
  }
  pplx::task<void> sleep_for(std::chrono::milliseconds duration) override {
    if (duration.count() <= 0) return pplx::task_from_result();
    const pplx::task_completion_event<void> wake;
    {
      const std::lock_guard lock(mutex_);
      sleepers_.emplace(elapsed_ + duration, wake);
    }
    changed_.notify_all();
    return pplx::task<void>(wake);
  }

  /// Lets a day pass, for the end of a test: what still waits comes to its end and lets go of what it holds.
  void run_out() { advance(std::chrono::hours(24)); }

  /// Lets `duration` pass.
  void advance(std::chrono::milliseconds duration) {
    std::unique_lock lock(mutex_);
    const auto target = elapsed_ + duration;
    while (!sleepers_.empty() && sleepers_.begin()->first <= target) {
      const auto [due, wake] = *sleepers_.begin();
      sleepers_.erase(sleepers_.begin());
      elapsed_ = std::max(elapsed_, due);
      lock.unlock();
      wake.set();
      lock.lock();
    }
    elapsed_ = std::max(elapsed_, target);
  }

  /// Lets the wall clock jump, as a correction by NTP does; the steady clock and sleepers don't notice.
  void jump_wall_clock(std::chrono::milliseconds by) {
    const std::lock_guard lock(mutex_);
    wall_shift_ += by;
  }

  std::size_t sleepers() const {
    const std::lock_guard lock(mutex_);
    return sleepers_.size();
  }

  /// Waits, in real time, until at least `count` tasks sleep: for work that reaches its sleep on a pool
  /// thread. Throws where that never happens.
  void wait_for_sleepers(std::size_t count) const {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kHang, [&] { return sleepers_.size() >= count; })) {
      throw std::runtime_error("expected " + std::to_string(count) + " sleepers, there are " +
                               std::to_string(sleepers_.size()));
    }
  }

 private:
  static constexpr std::chrono::hours kBoot{1};
  static constexpr std::chrono::seconds kHang{20};

  const Instant start_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::chrono::milliseconds elapsed_{0};
  std::chrono::milliseconds wall_shift_{0};
  std::multimap<std::chrono::milliseconds, pplx::task_completion_event<void>> sleepers_;
};

}  // namespace tidegate
