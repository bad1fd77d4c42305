#pragma once

#include <atomic>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "server/transport/loop.h"

namespace web::http::experimental::listener::details {
class http_listener_impl;
}

namespace tidegate::transport {

/// One listening socket: takes connections, applies the caps, hands each to the least loaded loop, and knows
/// which listener owns which path.
class Acceptor : public std::enable_shared_from_this<Acceptor> {
 public:
  using Listener = web::http::experimental::listener::details::http_listener_impl;

  /// Accepts on `home`, one of `loops`. Throws std::system_error when the address cannot be resolved or
  /// bound.
  Acceptor(std::string host, std::uint16_t port, bool tls, int backlog, std::shared_ptr<Loop> home,
           std::vector<std::shared_ptr<Loop>> loops);

  /// Begins to take connections.
  void start();
  /// Takes those that the kernel has completed, then none. Blocks until done; not from a loop thread.
  void stop();

  const std::string& host() const { return host_; }
  /// The bound port, also when 0 was asked for.
  std::uint16_t port() const { return port_; }
  bool tls() const { return tls_; }

  /// The listener with the longest path that `target` lies under, or null. On the loop's own thread only.
  Listener* find(const Loop& loop, std::string_view target) const;
  /// Changes which listeners there are; returns when every loop has the change, so that after a removal no
  /// loop is in, or will enter, the listener's handler. Not from a loop thread.
  void add_listener(const std::string& path, Listener* listener);
  /// Returns how many are left.
  std::size_t remove_listener(const Listener* listener);

  // Sessions report here; thread-safe.
  void session_opened();
  void session_closed();
  std::size_t open_sessions() const;
  /// True when the last session closed before `deadline`.
  bool wait_until_empty(std::chrono::steady_clock::time_point deadline);

  /// Once draining, sessions end after the answers they owe.
  bool draining() const { return draining_.load(std::memory_order_relaxed); }
  void set_draining() { draining_.store(true, std::memory_order_relaxed); }

 private:
  struct Route {
    std::string path;  ///< with a slash at its end
    Listener* listener;
  };
  using Socket =
      boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

  void wait();
  /// False when no more wait to be accepted.
  bool accept_pending();
  void admit(int descriptor, const boost::asio::ip::tcp::endpoint& peer);
  void pause();
  void publish_routes();

  const std::string host_;
  std::uint16_t port_;
  const bool tls_;
  const std::shared_ptr<Loop> home_;
  const std::vector<std::shared_ptr<Loop>> loops_;
  Socket socket_;
  boost::asio::basic_waitable_timer<Loop::Clock, boost::asio::wait_traits<Loop::Clock>,
                                    boost::asio::io_context::executor_type>
      pause_timer_;
  std::atomic<bool> draining_{false};

  std::vector<Route> routes_;
  /// A copy a loop, so that finding a listener takes no lock.
  std::vector<std::vector<Route>> routes_by_loop_;

  mutable std::mutex mutex_;
  std::condition_variable emptied_;
  std::size_t open_sessions_ = 0;
};

}  // namespace tidegate::transport
