#pragma once

#include <curl/curl.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "aws/http/curl_call.h"
#include "aws/http/curl_client.h"
#include "aws/http/events.h"

namespace tidegate::aws {

using CallPtr = std::shared_ptr<CurlCall>;

/// Calls that have ended and must be told so, once no lock is held.
using EndedCalls = std::vector<CallPtr>;

/// What all shards of a client share.
struct CurlShardParts {
  const CurlClientConfig& config;
  const std::string& no_proxy;
  CURLSH* share;
  Events& events;
};

/// A multi handle with its part of a client's connections and the calls on them. Whoever has something for it
/// drives it: who begins a call sends it, who is told of an answer reads it. Where another thread is at it,
/// nobody waits: that thread does this as well before it leaves. Thread-safe.
class CurlShard {
 public:
  /// One of `count`. Its sockets' events carry `index`.
  CurlShard(const CurlShardParts& parts, std::uint64_t index, std::size_t count);
  CurlShard(const CurlShard&) = delete;
  CurlShard& operator=(const CurlShard&) = delete;

  void begin(CallPtr call, EndedCalls& ended) {
    ++calls_in_flight_;  // at once: who chooses a shard counts what waits for the thread that is at it, too
    drive({.what = Order::kBegin, .call = std::move(call)}, ended);
  }
  void socket_ready(const epoll_event& event, EndedCalls& ended) {
    drive({.what = Order::kSocketReady, .event = event}, ended);
  }
  void time_passed(EndedCalls& ended) { drive({.what = Order::kTimePassed}, ended); }
  void cancel(CallPtr call, EndedCalls& ended) {
    drive({.what = Order::kCancel, .call = std::move(call)}, ended);
  }
  /// Ends all calls and takes no more.
  void shut(EndedCalls& ended) { drive({.what = Order::kShut}, ended); }

  /// Whether one more call would find a connection free, or room for one.
  bool has_room() const { return calls_in_flight_.load() < connections_max_; }
  /// Whether a thread is at it.
  bool driven() const { return driven_.load(); }
  std::size_t calls_in_flight() const { return calls_in_flight_.load(); }
  std::size_t connections_opened() const { return connections_opened_.load(); }

  /// The shard whose event it is.
  static std::size_t index_of(const epoll_event& event) { return event.data.u64 >> 32U; }

 private:
  using Time = Events::Time;
  struct FreeMulti {
    void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
  };
  struct Watched {
    std::uint32_t events = 0;
    bool armed = false;
  };

  struct Order {
    enum What { kBegin, kSocketReady, kTimePassed, kCancel, kShut };
    What what;
    CallPtr call = {};
    epoll_event event = {};
  };

  /// Ends the process where memory runs out in the midst of it: nothing could drive the shard again.
  void drive(Order order, EndedCalls& ended) noexcept;
  void carry_out(const Order& order, EndedCalls& ended);
  void begin_now(const CallPtr& call, EndedCalls& ended);
  void act_on_socket(const epoll_event& event);
  void act(curl_socket_t socket, int what);
  void settle(EndedCalls& ended);
  void give_up_on_silent_calls(EndedCalls& ended);
  void collect_finished(EndedCalls& ended);
  /// By value: it may be given as an element of calls_, which goes.
  void give_up(CallPtr call, http::TransportFailure::Kind kind, const std::string& why, EndedCalls& ended);
  void retire(const CallPtr& call, EndedCalls& ended);
  void end(const CallPtr& call, EndedCalls& ended);
  EasyHandle take_easy();
  void watch(int socket, Watched& watched) const;
  static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void*);
  static int on_timer(CURLM*, long timeout_ms, void* self);

  const CurlShardParts parts_;
  const std::uint64_t index_;
  const std::size_t connections_max_;
  std::atomic<std::size_t> calls_in_flight_{0};
  std::atomic<std::size_t> connections_opened_{0};

  std::mutex mutex_;
  std::vector<Order> orders_;        // for the thread that is at it; under the mutex
  std::atomic<bool> driven_{false};  // set under the mutex

  // What follows is touched only by the thread that is at it.
  std::unique_ptr<CURLM, FreeMulti> multi_;
  bool shut_ = false;
  Time timer_at_ = Time::max();
  int acting_on_ = -1;
  std::unordered_map<int, Watched> sockets_;
  std::unordered_map<std::uint64_t, CallPtr> calls_;
  std::deque<std::pair<Time, std::uint64_t>> silent_;
  std::vector<EasyHandle> spare_;
};

}  // namespace tidegate::aws
