#pragma once

#include <atomic>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "server/transport/core.h"

namespace tidegate::transport {

class Session;

/// One thread and its event loop. A connection lives on one loop and is touched by no other thread, so
/// nothing of it is locked; other threads hand in jobs.
class Loop : public std::enable_shared_from_this<Loop> {
 public:
  using Clock = std::chrono::steady_clock;

  Loop(std::size_t index, std::shared_ptr<Core> core);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void start();
  /// Closes the sessions, runs what was posted and ends the thread. Not from the loop's own thread.
  void stop();

  /// Runs `job` on the loop's thread, later. False, and the job dropped, once stop() began. Thread-safe. Many
  /// jobs posted while the loop is busy cost one wake-up.
  bool post(std::function<void()> job);
  /// Runs `job` on the loop's thread and waits for it. False when the loop has stopped. Not from a loop
  /// thread.
  bool run(const std::function<void()>& job);
  bool on_this_thread() const {
    return std::this_thread::get_id() == thread_id_.load(std::memory_order_relaxed);
  }

  std::size_t index() const { return index_; }
  boost::asio::io_context& io() { return io_; }
  Core& core() { return *core_; }

  /// Connections of this loop, those on their way to it included. Thread-safe.
  std::size_t load() const { return load_.load(std::memory_order_relaxed); }
  void expect_session() { load_.fetch_add(1, std::memory_order_relaxed); }
  void forget_session() { load_.fetch_sub(1, std::memory_order_relaxed); }

  // Below: on the loop's thread only.

  /// Owns the session until remove().
  void add(std::shared_ptr<Session> session);
  void remove(Session& session);
  /// Pumps the session after the events that are at hand, together with all that have an answer by then: who
  /// reads them on the same machine is woken once for many, not in between for each.
  void pump_soon(std::shared_ptr<Session> session);
  /// Calls `visit` for each session, which may remove itself.
  void for_each_session(const std::function<void(Session&)>& visit);

  /// Memory that every session of the loop reads into, one at a time.
  std::span<char> read_buffer() { return read_buffer_; }
  /// Empty string with room, for building one answer.
  std::string& write_buffer();
  /// HTTP date of this second.
  std::string_view date();

  /// Called once a round of the sweep, a few times a second at most. Set before start().
  std::function<void(Clock::time_point)> on_sweep;

 private:
  void run_jobs();
  void pump_sessions();
  void schedule_sweep();
  void sweep();

  const std::size_t index_;
  const std::shared_ptr<Core> core_;
  boost::asio::io_context io_{1};
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
  boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>,
                                    boost::asio::io_context::executor_type>
      sweep_timer_{io_};
  std::chrono::milliseconds sweep_interval_;
  std::size_t sweep_slice_ = 0;  ///< sessions looked at in one turn
  std::size_t sweep_left_ = 0;   ///< sessions_ before it are still to be looked at in this round
  std::thread thread_;
  std::atomic<std::thread::id> thread_id_{};
  std::atomic<std::size_t> load_{0};

  std::mutex mutex_;
  bool stopped_ = false;
  std::vector<std::function<void()>> jobs_;

  std::vector<std::shared_ptr<Session>> sessions_;
  std::vector<std::shared_ptr<Session>> to_pump_;
  std::vector<char> read_buffer_;
  std::string write_buffer_;
  std::string date_;
  std::time_t date_second_ = -1;
};

}  // namespace tidegate::transport
