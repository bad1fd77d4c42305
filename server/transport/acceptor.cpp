#include "server/transport/acceptor.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "server/transport/response_writer.h"
#include "server/transport/session.h"

namespace tidegate::transport {
namespace {

using boost::asio::ip::tcp;

/// Accepted in one go before other work of the loop gets its turn.
constexpr int kAcceptsAtOnce = 64;
/// Rounds of the above when the socket is about to close: more than a backlog holds.
constexpr int kAcceptRoundsAtStop = 256;
/// Pause when the process has no descriptor or memory left for a connection.
constexpr std::chrono::milliseconds kPauseWhenExhausted{100};

tcp::endpoint resolve(boost::asio::io_context& io, const std::string& host, std::uint16_t port) {
  if (host == "+" || host == "*") {
    return {tcp::v4(), port};
  }
  std::string bare = host;
  if (bare.size() > 2 && bare.front() == '[' && bare.back() == ']') {
    bare = bare.substr(1, bare.size() - 2);
  }
  boost::system::error_code not_numeric;
  const auto address = boost::asio::ip::make_address(bare, not_numeric);
  if (!not_numeric) {
    return {address, port};
  }
  tcp::resolver resolver(io);
  return resolver.resolve(bare, std::to_string(port), tcp::resolver::passive)->endpoint();
}

void answer_and_close(int descriptor, unsigned status, std::string_view detail, std::string_view request_id,
                      std::string_view date) {
  const std::string answer = problem_answer(status, detail, request_id, {true, false, false, date});
  // A new socket's buffer takes this whole; a peer that has gone already is no loss.
  static_cast<void>(!::send(descriptor, answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
  ::shutdown(descriptor, SHUT_WR);
  ::close(descriptor);
}

}  // namespace

Acceptor::Acceptor(std::string host, std::uint16_t port, bool tls, int backlog, std::shared_ptr<Loop> home,
                   std::vector<std::shared_ptr<Loop>> loops)
    : host_(std::move(host)),
      port_(port),
      tls_(tls),
      home_(std::move(home)),
      loops_(std::move(loops)),
      socket_(home_->io()),
      pause_timer_(home_->io()),
      routes_by_loop_(loops_.size()) {
  const tcp::endpoint endpoint = resolve(home_->io(), host_, port_);
  socket_.open(endpoint.protocol());
  socket_.set_option(Socket::reuse_address(true));
  socket_.bind(endpoint);
  socket_.listen(backlog);
  socket_.native_non_blocking(true);
  port_ = socket_.local_endpoint().port();
}

void Acceptor::start() {
  home_->run([this] { wait(); });
}

void Acceptor::stop() {
  home_->run([this] {
    if (socket_.is_open()) {
      for (int i = 0; i < kAcceptRoundsAtStop && accept_pending(); ++i) {
      }
      boost::system::error_code ignored;
      socket_.close(ignored);
      pause_timer_.cancel();
    }
  });
}

void Acceptor::wait() {
  socket_.async_wait(Socket::wait_read, [self = shared_from_this()](const boost::system::error_code& error) {
    if (!error && self->socket_.is_open()) {
      self->accept_pending();
      if (self->pause_timer_.expiry() <= Loop::Clock::now()) {
        self->wait();
      }
    }
  });
}

void Acceptor::pause() {
  pause_timer_.expires_after(kPauseWhenExhausted);
  pause_timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (!error && self->socket_.is_open()) {
      self->wait();
    }
  });
}

bool Acceptor::accept_pending() {
  for (int i = 0; i < kAcceptsAtOnce; ++i) {
    tcp::endpoint peer;
    auto size = static_cast<socklen_t>(peer.capacity());
    const int descriptor =
        ::accept4(socket_.native_handle(), peer.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor >= 0) {
      peer.resize(size);
      admit(descriptor, peer);
      continue;
    }
    const bool exhausted = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
    if (exhausted) {
      pause();
      return false;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return false;
    }
    // Anything else is about the one connection that was to be accepted; the next may be fine.
  }
  return true;
}

void Acceptor::admit(int descriptor, const tcp::endpoint& peer) {
  Core& core = home_->core();
  const AddressKey key = address_key(peer.address());
  const auto verdict = core.connections.enter(key);
  if (verdict != AddressCounts::Verdict::kAdmitted) {
    const bool total = verdict == AddressCounts::Verdict::kTotalReached;
    const std::string request_id = tls_ ? std::string() : make_request_id();
    core.observer->refused(
        {total ? Refusal::kConnectionLimit : Refusal::kAddressLimit, peer.address().to_string(), request_id});
    if (tls_) {
      ::close(descriptor);
    } else if (total) {
      answer_and_close(descriptor, 503, "Too many connections.", request_id, home_->date());
    } else {
      answer_and_close(descriptor, 429, "Too many connections from this address.", request_id, home_->date());
    }
    return;
  }

  const auto least = std::min_element(loops_.begin(), loops_.end(),
                                      [](const auto& a, const auto& b) { return a->load() < b->load(); });
  const std::shared_ptr<Loop>& loop = *least;
  loop->expect_session();
  session_opened();
  core.observer->connection_opened();
  auto open = [self = shared_from_this(), loop, descriptor, peer, key] {
    Session::open(*loop, self, descriptor, peer, key);
  };
  if (loop == home_) {
    open();
  } else if (!loop->post(std::move(open))) {
    ::close(descriptor);
    loop->forget_session();
    core.connections.leave(key);
    core.observer->connection_closed(0);
    session_closed();
  }
}

Acceptor::Listener* Acceptor::find(const Loop& loop, std::string_view target) const {
  const std::string_view path = target.substr(0, target.find('?'));
  for (const Route& route : routes_by_loop_[loop.index()]) {
    const std::string_view prefix = std::string_view(route.path).substr(0, route.path.size() - 1);
    const bool below =
        path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
    if (below) {
      return route.listener;
    }
  }
  return nullptr;
}

void Acceptor::add_listener(const std::string& path, Listener* listener) {
  std::string with_slash = path.empty() ? "/" : path;
  if (with_slash.back() != '/') {
    with_slash += '/';
  }
  routes_.push_back({std::move(with_slash), listener});
  std::stable_sort(routes_.begin(), routes_.end(),
                   [](const Route& a, const Route& b) { return a.path.size() > b.path.size(); });
  publish_routes();
}

std::size_t Acceptor::remove_listener(const Listener* listener) {
  std::erase_if(routes_, [listener](const Route& route) { return route.listener == listener; });
  publish_routes();
  return routes_.size();
}

void Acceptor::publish_routes() {
  for (const auto& loop : loops_) {
    loop->run([this, &loop] { routes_by_loop_[loop->index()] = routes_; });
  }
}

void Acceptor::session_opened() {
  const std::lock_guard lock(mutex_);
  ++open_sessions_;
}

void Acceptor::session_closed() {
  const std::lock_guard lock(mutex_);
  if (--open_sessions_ == 0) {
    emptied_.notify_all();
  }
}

std::size_t Acceptor::open_sessions() const {
  const std::lock_guard lock(mutex_);
  return open_sessions_;
}

bool Acceptor::wait_until_empty(std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  return emptied_.wait_until(lock, deadline, [this] { return open_sessions_ == 0; });
}

}  // namespace tidegate::transport
