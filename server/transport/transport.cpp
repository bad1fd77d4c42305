#include "server/transport/transport.h"

#include <cpprest/details/http_server.h>
#include <cpprest/details/http_server_api.h>
#include <sys/resource.h>

#include <algorithm>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include "server/transport/acceptor.h"
#include "server/transport/core.h"
#include "server/transport/exchange.h"
#include "server/transport/loop.h"
#include "server/transport/session.h"

namespace tidegate::transport {
namespace {

namespace listening = web::http::experimental::details;

/// Descriptors left for everything that is not an accepted connection: outgoing calls, files, loops.
constexpr std::size_t kDescriptorsReserved = 512;

class SilentObserver final : public TransportObserver {
 public:
  void connection_opened() override {}
  void connection_closed(std::size_t) override {}
  void refused(const RefusalNotice&) override {}
  void transferred(std::size_t, std::size_t) override {}
  void certificate_reloaded() override {}
  void certificate_rejected(std::string_view) override {}
};

void require(bool holds, const char* what) {
  if (!holds) {
    throw std::invalid_argument(std::string("transport limit must be above zero: ") + what);
  }
}

void check(const TransportLimits& limits) {
  using std::chrono::milliseconds;
  require(limits.header_bytes_max > 0, "header_bytes_max");
  require(limits.header_fields_max > 0, "header_fields_max");
  require(limits.header_timeout > milliseconds::zero(), "header_timeout");
  require(limits.body_bytes_max > 0, "body_bytes_max");
  require(limits.body_bytes_per_second_min > 0, "body_bytes_per_second_min");
  require(limits.body_grace > milliseconds::zero(), "body_grace");
  require(limits.body_bytes_total_max > 0, "body_bytes_total_max");
  require(limits.idle_timeout > milliseconds::zero(), "idle_timeout");
  require(limits.write_timeout > milliseconds::zero(), "write_timeout");
  require(limits.linger > milliseconds::zero(), "linger");
  require(limits.connections_max > 0, "connections_max");
  require(limits.connections_per_address_max > 0, "connections_per_address_max");
  require(limits.pipelined_requests_max > 0, "pipelined_requests_max");
  require(limits.listen_backlog > 0, "listen_backlog");
}

/// Raises the soft descriptor limit if needed and returns how many connections fit it.
std::size_t connections_that_fit(std::size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return wanted;
  }
  const rlim_t needed = wanted + kDescriptorsReserved;
  if (limit.rlim_cur < needed) {
    limit.rlim_cur = std::min<rlim_t>(needed, limit.rlim_max);
    static_cast<void>(::setrlimit(RLIMIT_NOFILE, &limit));
    static_cast<void>(::getrlimit(RLIMIT_NOFILE, &limit));
  }
  if (limit.rlim_cur >= needed) {
    return wanted;
  }
  const auto available = static_cast<std::size_t>(limit.rlim_cur);
  return std::max<std::size_t>(
      available > kDescriptorsReserved ? available - kDescriptorsReserved : available / 2, 1);
}

class CpprestTransport final : public Transport {
 public:
  CpprestTransport(TransportOptions options, std::shared_ptr<TransportObserver> observer)
      : core_(std::make_shared<Core>(std::move(options), std::move(observer))) {}
  CpprestTransport(const CpprestTransport&) = delete;
  CpprestTransport& operator=(const CpprestTransport&) = delete;
  ~CpprestTransport() override { stop(); }

  std::size_t drain(std::chrono::steady_clock::time_point deadline) override;
  std::vector<Endpoint> endpoints() const override;
  std::size_t open_connections() const override { return core_->connections.total(); }
  const TransportLimits& limits() const override { return core_->limits(); }

  // What cpprestsdk asks of a server; it never calls two of these at once.
  void start();
  void stop();
  void add(Acceptor::Listener* listener);
  void remove(Acceptor::Listener* listener);

 private:
  std::shared_ptr<Acceptor> acceptor_for(Acceptor::Listener* listener);
  std::vector<std::shared_ptr<Acceptor>> acceptors() const;
  std::vector<std::shared_ptr<Loop>> loops() const;
  /// Ends what these acceptors' connections are doing; returns how many were cut off.
  std::size_t drain(const std::vector<std::shared_ptr<Acceptor>>& of,
                    std::chrono::steady_clock::time_point deadline);

  const std::shared_ptr<Core> core_;

  struct Registration {
    Acceptor::Listener* listener;
    std::shared_ptr<Acceptor> acceptor;
  };
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<Loop>> loops_;
  std::vector<Registration> registrations_;
};

void CpprestTransport::start() {
  std::size_t count = core_->options.loops;
  if (count == 0) {
    count = std::max(1U, std::thread::hardware_concurrency());
  }
  std::vector<std::shared_ptr<Loop>> fresh;
  for (std::size_t i = 0; i < count; ++i) {
    fresh.push_back(std::make_shared<Loop>(i, core_));
  }
  if (core_->certificates) {
    fresh.front()->on_sweep = [core = core_, last = Loop::Clock::now()](Loop::Clock::time_point now) mutable {
      if (now - last >= core->options.tls_check_interval) {
        last = now;
        core->certificates->reload_if_changed();
      }
    };
  }
  for (const auto& loop : fresh) {
    loop->start();
  }
  const std::lock_guard lock(mutex_);
  loops_ = std::move(fresh);
}

void CpprestTransport::stop() {
  for (const auto& acceptor : acceptors()) {
    acceptor->stop();
  }
  for (const auto& loop : loops()) {
    loop->stop();
  }
  const std::lock_guard lock(mutex_);
  loops_.clear();
  registrations_.clear();
}

void CpprestTransport::add(Acceptor::Listener* listener) {
  const std::shared_ptr<Acceptor> acceptor = acceptor_for(listener);
  acceptor->add_listener(listener->uri().path(), listener);
  const std::lock_guard lock(mutex_);
  registrations_.push_back({listener, acceptor});
}

std::shared_ptr<Acceptor> CpprestTransport::acceptor_for(Acceptor::Listener* listener) {
  const web::uri& uri = listener->uri();
  const bool tls = uri.scheme() == "https";
  const auto port = static_cast<std::uint16_t>(uri.port());
  if (tls && !core_->certificates) {
    throw std::invalid_argument("an https listener needs TransportOptions::tls");
  }
  const auto open = acceptors();
  const auto all_loops = loops();
  for (const auto& acceptor : open) {
    const bool shared =
        port != 0 && acceptor->host() == uri.host() && acceptor->port() == port && !acceptor->draining();
    if (shared && acceptor->tls() != tls) {
      throw std::invalid_argument("one port cannot speak both http and https");
    }
    if (shared) {
      return acceptor;
    }
  }
  const int backlog = listener->configuration().backlog();
  auto acceptor = std::make_shared<Acceptor>(uri.host(), port, tls,
                                             backlog > 0 ? backlog : core_->limits().listen_backlog,
                                             all_loops[open.size() % all_loops.size()], all_loops);
  acceptor->start();
  return acceptor;
}

void CpprestTransport::remove(Acceptor::Listener* listener) {
  std::shared_ptr<Acceptor> acceptor;
  {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(registrations_.begin(), registrations_.end(),
                                    [listener](const Registration& r) { return r.listener == listener; });
    if (found == registrations_.end()) {
      return;
    }
    acceptor = found->acceptor;
    registrations_.erase(found);
  }
  const auto of_acceptor = [&acceptor](const Registration& r) { return r.acceptor == acceptor; };
  bool last = false;
  {
    const std::lock_guard lock(mutex_);
    last = std::none_of(registrations_.begin(), registrations_.end(), of_acceptor);
  }
  if (last) {
    // Requests in flight keep their handler until they are answered, or time is up; a transport that was
    // drained has had its time.
    const auto patience =
        acceptor->draining() ? std::chrono::milliseconds::zero() : core_->limits().drain_timeout;
    drain({acceptor}, std::chrono::steady_clock::now() + patience);
  }
  acceptor->remove_listener(listener);
}

std::vector<std::shared_ptr<Acceptor>> CpprestTransport::acceptors() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Acceptor>> open;
  for (const Registration& registration : registrations_) {
    if (std::find(open.begin(), open.end(), registration.acceptor) == open.end()) {
      open.push_back(registration.acceptor);
    }
  }
  return open;
}

std::vector<std::shared_ptr<Loop>> CpprestTransport::loops() const {
  const std::lock_guard lock(mutex_);
  return loops_;
}

std::size_t CpprestTransport::drain(std::chrono::steady_clock::time_point deadline) {
  return drain(acceptors(), deadline);
}

std::size_t CpprestTransport::drain(const std::vector<std::shared_ptr<Acceptor>>& of,
                                    std::chrono::steady_clock::time_point deadline) {
  const auto concerned = [&of](const Session& session) {
    return std::any_of(of.begin(), of.end(),
                       [&](const auto& acceptor) { return acceptor.get() == session.acceptor(); });
  };
  for (const auto& acceptor : of) {
    acceptor->set_draining();
    acceptor->stop();
  }
  for (const auto& loop : loops()) {
    loop->run([&] {
      loop->for_each_session([&](Session& session) {
        if (concerned(session)) {
          session.drain();
        }
      });
    });
  }
  std::size_t left = 0;
  for (const auto& acceptor : of) {
    if (!acceptor->wait_until_empty(deadline)) {
      left += acceptor->open_sessions();
    }
  }
  if (left == 0) {
    return 0;
  }
  for (const auto& loop : loops()) {
    loop->run([&] {
      loop->for_each_session([&](Session& session) {
        if (concerned(session)) {
          session.cut_off(Refusal::kDrainDeadline);
        }
      });
    });
  }
  return left;
}

std::vector<Transport::Endpoint> CpprestTransport::endpoints() const {
  std::vector<Endpoint> all;
  for (const auto& acceptor : acceptors()) {
    all.push_back({acceptor->host(), acceptor->port(), acceptor->tls()});
  }
  return all;
}

/// The face that cpprestsdk owns and destroys when the last listener closes.
class ServerFace final : public listening::http_server {
 public:
  explicit ServerFace(std::shared_ptr<CpprestTransport> transport) : transport_(std::move(transport)) {}

  pplx::task<void> start() override {
    transport_->start();
    return pplx::task_from_result();
  }
  pplx::task<void> stop() override {
    transport_->stop();
    return pplx::task_from_result();
  }
  pplx::task<void> register_listener(Acceptor::Listener* listener) override {
    transport_->add(listener);
    return pplx::task_from_result();
  }
  pplx::task<void> unregister_listener(Acceptor::Listener* listener) override {
    transport_->remove(listener);
    return pplx::task_from_result();
  }
  pplx::task<void> respond(web::http::http_response response) override {
    auto* context = static_cast<ServerContext*>(response._get_server_context());
    const auto exchange = std::move(context->exchange);
    return exchange->respond(std::move(response));
  }

 private:
  const std::shared_ptr<CpprestTransport> transport_;
};

}  // namespace

std::shared_ptr<Transport> make_transport(TransportOptions options,
                                          std::shared_ptr<TransportObserver> observer) {
  check(options.limits);
  options.limits.connections_max = connections_that_fit(options.limits.connections_max);
  if (!observer) {
    observer = std::make_shared<SilentObserver>();
  }
  return std::make_shared<CpprestTransport>(std::move(options), std::move(observer));
}

std::string take_body(const web::http::http_request& request) {
  auto* context = static_cast<ServerContext*>(request._get_server_context());
  return context == nullptr ? std::string() : std::exchange(context->body, {});
}

void reply(const web::http::http_request& request, const web::http::http_response& response,
           std::shared_ptr<const std::string> body) {
  const auto* context = static_cast<ServerContext*>(request._get_server_context());
  if (context != nullptr && context->exchange) {  // else it is answered already, which reply() says
    context->exchange->shared_body = std::move(body);
  }
  request.reply(response);
}

void register_transport(std::shared_ptr<Transport> transport) {
  auto ours = std::dynamic_pointer_cast<CpprestTransport>(std::move(transport));
  if (!ours) {
    throw std::invalid_argument("register_transport() takes what make_transport() made");
  }
  listening::http_server_api::register_server_api(std::make_unique<ServerFace>(std::move(ours)));
}

}  // namespace tidegate::transport
