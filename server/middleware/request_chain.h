#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "routes/call.h"
#include "server/contract/contract.h"
#include "server/metrics/metrics.h"
#include "server/middleware/api_keys.h"
#include "server/middleware/rate_limiter.h"
#include "server/middleware/waiting_requests.h"
#include "services/clock.h"

namespace tidegate {

/// A request as the transport has it. `headers` holds no credentials: those stand apart, so that nothing
/// behind the authentication sees them.
struct IncomingRequest {
  std::string method;
  std::string target;  ///< path and query as sent
  routes::Headers headers = {};
  std::string authorization = {};  ///< empty = none
  std::string x_api_key = {};      ///< empty = none
  std::shared_ptr<const std::string> body = {};
  std::string peer = {};
};

/// Gives the answer to whoever asked. Called exactly once for each request, on the caller's thread where the
/// handler was done at once, otherwise on another one. Must not throw.
using Reply = std::function<void(routes::Answer)>;

/// What stands between the transport and the handlers, in this order: request id and trace, log and metrics,
/// the operation, authentication, scope, rate limit, contract, idempotency. Thread-safe; must outlive the
/// requests it serves.
class RequestChain {
 public:
  struct Parts {
    std::shared_ptr<const contract::Contract> contract;  ///< bound to its handlers
    std::shared_ptr<Metrics> metrics;
    std::shared_ptr<Clock> clock;
    AuthConfig auth = {};
    RateLimitConfig rate_limit = {};
    std::chrono::milliseconds request_timeout{60'000};  ///< past it 504; what the request began goes on
  };

  explicit RequestChain(Parts parts);
  ~RequestChain();
  RequestChain(const RequestChain&) = delete;
  RequestChain& operator=(const RequestChain&) = delete;

  void serve(IncomingRequest request, Reply reply) noexcept;

 private:
  struct Exchange;

  void prepare(Exchange& exchange, IncomingRequest& request) const;
  void match(Exchange& exchange) const;
  void authenticate(Exchange& exchange, const IncomingRequest& request) const;
  void limit_rate(Exchange& exchange);
  void hold_to_contract(Exchange& exchange) const;
  void add_headers(const Exchange& exchange, routes::Answer& answer) const;
  void give_up(Exchange& exchange) noexcept;
  void fail(Exchange& exchange, const std::exception_ptr& failure) noexcept;
  void finish(Exchange& exchange, routes::Answer answer) noexcept;

  const Parts parts_;
  const ApiKeys keys_;
  RateLimiter limiter_;
  const std::string rate_policy_;                   // empty = no limit to tell of
  std::vector<RouteMetrics*> route_metrics_;        // by operation
  const std::shared_ptr<WaitingRequests> waiting_;  // a handler may outlast its request, and then the chain
};

}  // namespace tidegate
