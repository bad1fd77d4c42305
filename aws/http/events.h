#pragma once

#include <sys/epoll.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>

namespace tidegate::aws {

/// What the transport's threads wait for together: sockets, one timer, the end. Every event wakes one thread.
/// Thread-safe.
class Events {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::uint64_t kTimer = ~std::uint64_t{0};
  static constexpr std::uint64_t kStop = kTimer - 1;

  /// Throws std::system_error where the system gives no descriptors.
  Events();
  ~Events();
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  /// The next of `events` (EPOLLIN, EPOLLOUT) on `socket` is told once, as `data`. Closing the socket ends
  /// it.
  void watch(int socket, std::uint32_t events, std::uint64_t data) const;

  /// kTimer is told at `at` or before.
  void wake_at(Time at);
  /// To be called after kTimer was told, before looking whose time it is.
  void timer_told();

  /// From now on kStop is told to every wait().
  void stop() const;

  /// The next event. Blocks.
  epoll_event wait() const;

 private:
  int epoll_ = -1;
  int timer_ = -1;
  int stop_ = -1;
  std::mutex mutex_;
  std::atomic<Time> armed_{Time::max()};
};

}  // namespace tidegate::aws
