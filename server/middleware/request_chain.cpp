#include "server/middleware/request_chain.h"

#include <cmath>
#include <utility>

#include "server/contract/preferences.h"
#include "server/middleware/access_log.h"
#include "server/middleware/request_id.h"
#include "server/middleware/trace_context.h"
#include "server/problem.h"
#include "services/async/task.h"
#include "services/error.h"
#include "services/telemetry/log.h"

namespace tidegate {

/// One request on its way. Shared with the handler's continuation.
struct RequestChain::Exchange {
  routes::Call call;
  Reply reply;
  contract::Match match;
  std::string method;
  std::string target;
  std::string peer;
  std::string request_id;
  std::optional<TraceContext> trace;
  std::string_view principal;  // of a Caller, which lives as long as the chain
  std::string_view key_id;     // the same
  std::size_t caller_index = 0;
  std::optional<RateDecision> rate;  // null where no limit applies
  SteadyInstant began;
  std::size_t bytes_in = 0;

  const contract::Operation* operation() const { return match.operation; }
};

namespace {

std::string rate_policy(const TokenBucketConfig& config) {
  if (config.rate_per_second <= 0) return {};
  const auto window_s = static_cast<std::int64_t>(std::ceil(config.burst / config.rate_per_second));
  return "\"key\";q=" + std::to_string(static_cast<std::int64_t>(config.burst)) +
         ";w=" + std::to_string(window_s);
}

/// The caller is told nothing of what a 500 is about; the log is.
void log_inside(const std::string& request_id, const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& inside) {
    log(LogLevel::kError, "request.failed", {{"request_id", request_id}, {"error", inside.what()}});
  } catch (...) {
    log(LogLevel::kError, "request.failed", {{"request_id", request_id}});
  }
}

}  // namespace

RequestChain::RequestChain(Parts parts)
    : parts_(std::move(parts)),
      keys_(parts_.auth),
      limiter_(parts_.rate_limit, keys_.principals()),
      rate_policy_(rate_policy(parts_.rate_limit.per_key)),
      waiting_(std::make_shared<WaitingRequests>(parts_.clock)) {
  for (const contract::Operation& operation : parts_.contract->operations()) {
    route_metrics_.push_back(&parts_.metrics->route(operation.method, operation.route));
  }
}

RequestChain::~RequestChain() = default;

void RequestChain::serve(IncomingRequest request, Reply reply) noexcept {
  parts_.metrics->request_started();
  const auto exchange = std::make_shared<Exchange>();
  exchange->reply = std::move(reply);
  try {
    prepare(*exchange, request);
    match(*exchange);
    authenticate(*exchange, request);
    limit_rate(*exchange);
    hold_to_contract(*exchange);
    const pplx::task<routes::Answer> answer =
        parts_.contract->handler(*exchange->operation())(std::move(exchange->call));
    if (answer.is_done()) {
      finish(*exchange, answer.get());
      return;
    }
    const auto ticket =
        waiting_->add(exchange->began + parts_.request_timeout, [this, exchange] { give_up(*exchange); });
    answer.then(
        [this, exchange, ticket, waiting = waiting_](const pplx::task<routes::Answer>& done) {
          const bool in_time = waiting->take_back(ticket);  // else it is answered, and this may be gone
          try {
            auto its_answer = done.get();
            if (in_time) finish(*exchange, std::move(its_answer));
          } catch (...) {
            if (in_time) fail(*exchange, std::current_exception());
          }
        },
        pplx::task_options(async_detail::inline_scheduler()));
  } catch (...) {
    fail(*exchange, std::current_exception());
  }
}

void RequestChain::prepare(Exchange& exchange, IncomingRequest& request) const {
  exchange.began = parts_.clock->steady_now();
  exchange.method = std::move(request.method);
  exchange.target = std::move(request.target);
  exchange.peer = std::move(request.peer);
  exchange.bytes_in = request.body ? request.body->size() : 0;
  exchange.request_id = accept_or_make_request_id(request.headers.find("x-request-id"));
  exchange.trace = continue_trace(request.headers.find("traceparent"));

  routes::Call& call = exchange.call;
  call.method = exchange.method;
  call.target = exchange.target;
  call.headers = std::move(request.headers);
  call.raw_body = std::move(request.body);
  call.request_id = exchange.request_id;
  if (exchange.trace) call.traceparent = exchange.trace->traceparent();
  call.received = parts_.clock->now();
}

void RequestChain::match(Exchange& exchange) const {
  try {
    exchange.match = parts_.contract->match(exchange.method, exchange.target);
  } catch (const NotFound&) {
    parts_.metrics->turned_away(Turned::kNotFound);
    throw;
  } catch (const MethodNotAllowed&) {
    parts_.metrics->turned_away(Turned::kMethodNotAllowed);
    throw;
  } catch (const InvalidRequest&) {
    parts_.metrics->turned_away(Turned::kContract);
    throw;
  }
}

void RequestChain::authenticate(Exchange& exchange, const IncomingRequest& request) const {
  const std::string& scope = exchange.operation()->scope;
  if (scope.empty()) return;
  const auto given = [](const std::string& header) { return header.empty() ? nullptr : &header; };
  try {
    const ApiKeys::Caller& caller =
        keys_.authenticate(given(request.authorization), given(request.x_api_key));
    exchange.principal = caller.principal.id;
    exchange.key_id = caller.key_id;
    exchange.call.principal = caller.principal;
    exchange.caller_index = caller.index;
  } catch (const Unauthenticated&) {
    parts_.metrics->turned_away(Turned::kUnauthenticated);
    throw;
  }
  if (exchange.call.principal.has_scope(scope)) return;
  parts_.metrics->turned_away(Turned::kForbidden);
  throw Forbidden("\"" + exchange.call.principal.id + "\" lacks the scope \"" + scope + "\"");
}

void RequestChain::limit_rate(Exchange& exchange) {
  if (exchange.operation()->scope.empty()) return;
  const RateLimiter::Decision decision = limiter_.take(exchange.caller_index, exchange.began);
  if (!rate_policy_.empty()) exchange.rate = decision.key;
  switch (decision.refused_by) {
    case RateLimiter::Bucket::kNone:
      return;
    case RateLimiter::Bucket::kKey:
      parts_.metrics->turned_away(Turned::kKeyRate);
      throw RateLimited("\"" + std::string(exchange.principal) + "\" is over its rate limit",
                        decision.retry_after);
    case RateLimiter::Bucket::kGlobal:
      parts_.metrics->turned_away(Turned::kGlobalRate);
      throw RateLimited("the service is over its rate limit", decision.retry_after);
  }
}

void RequestChain::hold_to_contract(Exchange& exchange) const {
  try {
    parts_.contract->validate(exchange.match, exchange.call);
    exchange.call.idempotency = contract::idempotency_claim(*exchange.operation(), exchange.call);
  } catch (const Error&) {
    parts_.metrics->turned_away(Turned::kContract);
    throw;
  }
}

void RequestChain::give_up(Exchange& exchange) noexcept {
  fail(exchange, std::make_exception_ptr(
                     DeadlineExceeded("no answer within " + std::to_string(parts_.request_timeout.count()) +
                                      " ms; what the request began goes on, and GET /operations shows it")));
}

void RequestChain::fail(Exchange& exchange, const std::exception_ptr& failure) noexcept {
  try {
    const Problem problem = problem_of(failure);
    if (problem.status == 500) log_inside(exchange.request_id, failure);
    finish(exchange, answer_of(problem, exchange.request_id));
  } catch (...) {  // no memory for a problem's text
    routes::Answer bare;
    bare.status = 500;
    finish(exchange, std::move(bare));
  }
}

void RequestChain::finish(Exchange& exchange, routes::Answer answer) noexcept {
  const contract::Operation* operation = exchange.operation();
  const double seconds = std::chrono::duration<double>(parts_.clock->steady_now() - exchange.began).count();
  const int status = answer.status;
  const bool head = exchange.method == "HEAD";
  const std::size_t bytes_out = answer.body && !head ? answer.body->size() : 0;
  try {
    if (operation == nullptr) {
      parts_.metrics->unmatched(exchange.method).finished(false, status, seconds);
    } else {
      route_metrics_[operation->index]->finished(head, status, seconds);
    }
    add_headers(exchange, answer);
    exchange.reply(std::move(answer));
    write_access_log({.method = exchange.method,
                      .route = operation == nullptr ? std::string_view() : operation->route,
                      .target = exchange.target,
                      .operation_id = operation == nullptr ? std::string_view() : operation->id,
                      .status = status,
                      .duration_ms = seconds * 1e3,
                      .bytes_in = exchange.bytes_in,
                      .bytes_out = bytes_out,
                      .principal = exchange.principal,
                      .key_id = exchange.key_id,
                      .peer = exchange.peer,
                      .request_id = exchange.request_id,
                      .trace_id = exchange.trace ? exchange.trace->trace_id : std::string_view(),
                      .span_id = exchange.trace ? exchange.trace->span_id : std::string_view(),
                      .probe = operation != nullptr && operation->scope.empty()});
  } catch (const std::exception& failure) {
    log(LogLevel::kError, "request.lost", {{"request_id", exchange.request_id}, {"error", failure.what()}});
  }
  parts_.metrics->request_finished();
}

void RequestChain::add_headers(const Exchange& exchange, routes::Answer& answer) const {
  answer.headers.set("x-request-id", exchange.request_id);
  answer.headers.set("x-content-type-options", "nosniff");
  if (answer.headers.find("cache-control") == nullptr && answer.headers.find("etag") == nullptr) {
    answer.headers.set("cache-control", "no-store");
  }
  if (!exchange.rate) return;
  answer.headers.set("ratelimit-policy", rate_policy_);
  const auto until_full_s = std::chrono::ceil<std::chrono::seconds>(exchange.rate->full_after).count();
  answer.headers.set("ratelimit",
                     "\"key\";r=" + std::to_string(static_cast<std::int64_t>(exchange.rate->remaining)) +
                         ";t=" + std::to_string(until_full_s));
}

}  // namespace tidegate
