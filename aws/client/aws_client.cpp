#include "aws/client/aws_client.h"

#include <exception>
#include <nlohmann/json.hpp>
#include <set>

#include "aws/client/clock_skew.h"
#include "aws/client/lane.h"
#include "aws/client/paged.h"
#include "aws/client/uuid.h"
#include "aws/protocols/protocol.h"
#include "aws/protocols/scalars.h"
#include "aws/signing/hash.h"
#include "aws/signing/sigv4.h"
#include "services/async/task.h"
#include "services/json_reader.h"

namespace tidegate::aws {

using nlohmann::json;
using std::chrono::milliseconds;

namespace {

constexpr std::size_t kErrorBodyBytesMax = std::size_t{64} << 10U;

std::string_view word_for(http::TransportFailure::Kind kind) {
  using Kind = http::TransportFailure::Kind;
  switch (kind) {
    case Kind::kResolve:
      return "resolve";
    case Kind::kConnect:
      return "connect";
    case Kind::kTls:
      return "tls";
    case Kind::kTimeout:
      return "timeout";
    case Kind::kReset:
      return "reset";
    case Kind::kTruncated:
      return "truncated";
    case Kind::kCancelled:
      break;
  }
  return "cancelled";
}

/// A metric's label: AWS's code, unless an answer made up something else.
std::string outcome_label(const std::string& code, int status) {
  const bool plain =
      !code.empty() && code.size() <= 64 &&
      code.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") ==
          std::string::npos;
  const bool is_status = code.find_first_not_of("0123456789") == std::string::npos;
  if (plain && !is_status) return code;
  return status >= 500 ? "http_5xx" : "http_4xx";
}

/// S3 may say 200 and then tell an error.
bool hides_an_error(const Operation& operation, const http::Response& response) {
  return operation.service->row().protocol == Protocol::kRestXml && response.status == 200 &&
         response.body.substr(0, 200).find("<Error>") != std::string::npos;
}

AwsError::Facts facts_of(const Operation& operation) {
  AwsError::Facts facts;
  facts.origin = {.service = operation.service->row().id, .operation = operation.name};
  return facts;
}

/// What one attempt came to; a good answer is where the call's Codec put it.
struct Attempt {
  std::optional<AwsError::Facts> failure = {};
  FailureClass failure_class = FailureClass::kFinal;
  std::string retry_after = {};  ///< x-amz-retry-after, of a failure
  std::string date = {};         ///< Date, of a failure
  bool answered = false;         ///< the service said something; false = it may be down
  bool cancelled = false;
};

/// What a call's attempts have used up.
struct Retries {
  std::optional<double> last_cost = {};
  bool skew_corrected = false;
};

/// What stays the same over all attempts of a call.
struct Call {
  const Operation& operation;
  std::shared_ptr<Lane> lane;
  Target target;
  Effect effect;
  bool signed_request;
  std::string invocation_id;
  int attempts_max;
};

// A Codec writes a call's request, anew for each attempt (most calls are sent once, and none keeps a request
// for one that may follow), and reads the answer to the last. What read() throws is an answer that was lost.

/// Parameters and answer are values in the members of the operation's shapes.
class ByShape {
 public:
  using Answer = json;

  ByShape(const Operation& operation, json parameters) : parameters_(std::move(parameters)) {
    if (operation.idempotency_token.empty()) return;
    auto& token = parameters_[operation.idempotency_token];
    if (token.is_null()) token = random_uuid();
  }

  http::Request build(const Operation& operation) const {
    auto request = build_request(operation, parameters_);
    if (operation.input.find("ContentMD5") != nullptr && !parameters_.contains("ContentMD5") &&
        !request.body.empty()) {
      request.headers.emplace_back("Content-MD5", base64_encode(md5(request.body)));
    }
    return request;
  }
  void read(const Operation& operation, const http::Response& response) {
    answer_ = parse_answer(operation, response);
  }
  json take() { return std::move(answer_); }

 private:
  json parameters_;
  json answer_;
};

/// The caller writes the request's JSON and reads the answer's.
class AsText {
 public:
  using Answer = std::string;

  explicit AsText(std::string body) : body_(std::move(body)) {}

  http::Request build(const Operation& operation) const { return build_json_request(operation, body_); }
  void read(const Operation&, http::Response& response) {
    const JsonReader whole(response.body);
    answer_ = std::move(response.body);
  }
  std::string take() { return std::move(answer_); }

 private:
  std::string body_;
  std::string answer_;
};

}  // namespace

class AwsClient::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(AwsConfig config, AwsClientParts parts)
      : config_(std::move(config)),
        parts_(std::move(parts)),
        lanes_(config_.endpoints, config_.retry, config_.breaker) {}

  template <class Codec>
  static pplx::task<typename Codec::Answer> call(std::shared_ptr<Impl> self, const Operation& operation,
                                                 Codec codec, Target target, Deadline deadline,
                                                 CallOptions options);
  static pplx::task<Paged> call_all(std::shared_ptr<Impl> self, const Operation& operation, json parameters,
                                    Target target, Deadline deadline);

  const AwsConfig& config() const { return config_; }
  Clock& clock() const { return parts_.clock; }

 private:
  Call prepare(const Operation& operation, Target target, const CallOptions& options);
  static void address(const Call& call, int number, http::Request& request);
  void sign_now(const Call& call, const Credentials& keys, http::Request& request) const;
  template <class Codec>
  static Attempt read(const Call& call, Codec& codec, http::Response& response);
  static Attempt unreadable(const Call& call, const http::Response& response, const std::string& why);
  static Attempt refused(const Call& call, const http::Response& response);
  static Attempt lost(const Call& call, const http::TransportFailure& failure);
  std::optional<milliseconds> pause_before_another(const Call& call, const Attempt& attempt, int number,
                                                   const Deadline& deadline, Retries& retries);
  [[noreturn]] void give_up(const Call& call, Attempt attempt, const Deadline& deadline) const;
  void report(const Call& call, const Attempt& attempt, SteadyInstant started) const;
  [[noreturn]] static void refuse(const Call& call, std::chrono::seconds retry_after);
  [[noreturn]] static void refuse_for_rate(const Call& call, int attempts_made);

  const AwsConfig config_;
  const AwsClientParts parts_;
  Lanes lanes_;
  ClockSkew skew_;
};

Call AwsClient::Impl::prepare(const Operation& operation, Target target, const CallOptions& options) {
  const auto& service = operation.service->row();
  for (const auto& entry : config_.regions) {
    if (entry.service == service.model) target.region = entry.region;
  }
  if (target.region.empty()) target.region = config_.region;
  if (target.region.empty()) throw InvalidRequest("no AWS region is configured and none was given");
  auto lane = lanes_.of(target.account, target.region, service);
  return {operation,
          std::move(lane),
          std::move(target),
          options.effect.value_or(operation.effect),
          options.signed_request,
          random_uuid(),
          aws::attempts_max(config_.retry, operation)};
}

/// Says where the request goes, and which attempt it is.
void AwsClient::Impl::address(const Call& call, int number, http::Request& request) {
  request.url.insert(0, call.lane->endpoint.url);
  request.headers.emplace_back("amz-sdk-invocation-id", call.invocation_id);
  request.headers.emplace_back(
      "amz-sdk-request", "attempt=" + std::to_string(number) + "; max=" + std::to_string(call.attempts_max));
}

void AwsClient::Impl::sign_now(const Call& call, const Credentials& keys, http::Request& request) const {
  const auto& service = call.operation.service->row();
  SigningOptions options;
  options.region = call.lane->endpoint.signing_region;
  options.service = service.signing_name;
  options.at = parts_.clock.now() + skew_.offset(call.lane->endpoint.host());
  if (service.signing_name == "s3") {
    options.path = CanonicalPath::kAsSent;
    options.content_hash = ContentHashHeader::kSent;
  }
  sign(request, keys, options);
}

template <class Codec>
Attempt AwsClient::Impl::read(const Call& call, Codec& codec, http::Response& response) {
  const bool good = response.status >= 200 && response.status < 300;
  if (!good || hides_an_error(call.operation, response)) return refused(call, response);
  try {
    codec.read(call.operation, response);
  } catch (const std::runtime_error& failure) {
    return unreadable(call, response, failure.what());
  }
  Attempt attempt;
  attempt.answered = true;
  return attempt;
}

/// AWS acted; only what it said is lost.
Attempt AwsClient::Impl::unreadable(const Call& call, const http::Response& response,
                                    const std::string& why) {
  Attempt attempt;
  attempt.answered = true;
  attempt.date = response.header("date");
  attempt.retry_after = response.header("x-amz-retry-after");
  attempt.failure_class = FailureClass::kTransient;
  auto facts = facts_of(call.operation);
  facts.origin.request_id = request_id_of(response);
  facts.origin.retryable = true;
  facts.message = why;
  facts.origin.maybe_applied = true;
  attempt.failure = std::move(facts);
  return attempt;
}

Attempt AwsClient::Impl::refused(const Call& call, const http::Response& response) {
  const int status = response.status == 200 ? 500 : response.status;
  const auto said = parse_error(call.operation, response);
  Attempt attempt;
  attempt.answered = response.status < 500;
  attempt.date = response.header("date");
  attempt.retry_after = response.header("x-amz-retry-after");
  attempt.failure_class = classify(call.operation, status, said.code);
  auto facts = facts_of(call.operation);
  facts.origin.code = said.code;
  facts.origin.request_id = said.request_id;
  facts.origin.http_status = status;
  facts.origin.retryable = attempt.failure_class != FailureClass::kFinal;
  facts.origin.throttling = attempt.failure_class == FailureClass::kThrottled;
  facts.message = said.message;
  facts.origin.maybe_applied = status >= 500 && attempt.failure_class != FailureClass::kThrottled;
  facts.body = response.body.substr(0, kErrorBodyBytesMax);
  attempt.failure = std::move(facts);
  return attempt;
}

Attempt AwsClient::Impl::lost(const Call& call, const http::TransportFailure& failure) {
  Attempt attempt;
  attempt.cancelled = failure.kind() == http::TransportFailure::Kind::kCancelled;
  attempt.failure_class = attempt.cancelled ? FailureClass::kFinal : FailureClass::kTransient;
  auto facts = facts_of(call.operation);
  facts.origin.code = word_for(failure.kind());
  facts.origin.retryable = !attempt.cancelled;
  facts.message = failure.what();
  facts.origin.maybe_applied = failure.maybe_applied();
  attempt.failure = std::move(facts);
  return attempt;
}

void AwsClient::Impl::report(const Call& call, const Attempt& attempt, SteadyInstant started) const {
  const std::chrono::duration<double> took = parts_.clock.steady_now() - started;
  std::string outcome = "ok";
  if (attempt.failure) {
    const auto& origin = attempt.failure->origin;
    outcome = origin.http_status == 0 && origin.code.empty() ? "unreadable"
                                                             : outcome_label(origin.code, origin.http_status);
  }
  parts_.telemetry.outgoing_call(call.operation.service->row().id, call.operation.name, outcome,
                                 took.count());
}

void AwsClient::Impl::refuse(const Call& call, std::chrono::seconds retry_after) {
  auto facts = facts_of(call.operation);
  facts.origin.code = "CircuitOpen";
  facts.origin.retryable = true;
  facts.origin.unavailable = true;
  facts.origin.retry_after = retry_after;
  facts.message = "not asked, it failed several times in a row in " + call.target.region;
  facts.attempts = 0;
  throw AwsError(std::move(facts));
}

void AwsClient::Impl::refuse_for_rate(const Call& call, int attempts_made) {
  auto facts = facts_of(call.operation);
  facts.origin.code = "ClientRateLimited";
  facts.origin.retryable = true;
  facts.origin.throttling = true;
  facts.message = "AWS throttles these calls and the wait for one would outlast the deadline";
  facts.attempts = attempts_made;
  throw AwsError(std::move(facts));
}

/// How long to wait before the call is sent again; nothing where it must not be, or there is no time for it.
std::optional<milliseconds> AwsClient::Impl::pause_before_another(const Call& call, const Attempt& attempt,
                                                                  int number, const Deadline& deadline,
                                                                  Retries& retries) {
  if (deadline.expired(parts_.clock)) return {};
  const auto& facts = *attempt.failure;
  if (!retries.skew_corrected && is_clock_skew_code(facts.origin.code) &&
      skew_.learn(call.lane->endpoint.host(), attempt.date, parts_.clock.now())) {
    retries.skew_corrected = true;  // one attempt more than the others get: AWS did not look at the request
    return milliseconds(0);
  }
  if (number >= call.attempts_max || !safe_to_repeat(call.effect, attempt.failure_class,
                                                     facts.origin.http_status, facts.origin.maybe_applied)) {
    return {};
  }
  retries.last_cost = call.lane->quota.take(attempt.failure_class);
  if (!retries.last_cost) return {};
  auto pause = retry_pause(config_.retry, call.operation, attempt.failure_class, number, parts_.random());
  pause = heed_retry_after(pause, attempt.retry_after);
  return pause < deadline.remaining(parts_.clock) ? std::optional(pause) : std::nullopt;
}

void AwsClient::Impl::give_up(const Call& call, Attempt attempt, const Deadline& deadline) const {
  auto& circuit = call.lane->circuit;
  if (attempt.cancelled) {
    circuit.abandoned();
  } else if (attempt.answered) {
    circuit.succeeded();
  } else {
    circuit.failed(parts_.clock.steady_now());
  }
  auto& facts = *attempt.failure;
  if (facts.origin.http_status == 0 && deadline.expired(parts_.clock)) {
    throw DeadlineExceeded(AwsError(std::move(facts)).what());
  }
  throw AwsError(std::move(facts));
}

template <class Codec>
pplx::task<typename Codec::Answer> AwsClient::Impl::call(std::shared_ptr<Impl> self,
                                                         const Operation& operation, Codec codec,
                                                         Target target, Deadline deadline,
                                                         CallOptions options) {
  const auto call = self->prepare(operation, std::move(target), options);
  const auto& clock = self->parts_.clock;
  const bool adaptive = self->config_.retry.adaptive;
  Lane& lane = *call.lane;
  if (const auto wait = lane.circuit.admit(clock.steady_now())) refuse(call, *wait);
  Retries retries;
  for (int number = 1;; ++number) {
    Attempt attempt;
    try {
      if (adaptive) {
        const auto wait = lane.limiter.take(clock.steady_now());
        if (wait >= deadline.remaining(clock)) refuse_for_rate(call, number - 1);
        if (wait.count() > 0) co_await self->parts_.clock.sleep_for(wait);
      }
      auto request = codec.build(operation);
      address(call, number, request);
      if (call.signed_request) {
        const auto keys = co_await self->parts_.accounts->of(call.target.account).credentials(deadline);
        self->sign_now(call, *keys, request);
      }
      const auto sent_at = clock.steady_now();
      try {
        auto response = co_await self->parts_.http->send(std::move(request), deadline);
        attempt = read(call, codec, response);
      } catch (const http::TransportFailure& failure) {
        attempt = lost(call, failure);
      }
      self->report(call, attempt, sent_at);
    } catch (...) {
      lane.circuit.abandoned();  // no keys, no account, no turn: the service was not asked
      throw;
    }
    if (adaptive) {
      lane.limiter.answered(clock.steady_now(), attempt.failure_class == FailureClass::kThrottled);
    }
    if (!attempt.failure) {
      lane.quota.give_back(retries.last_cost);
      lane.circuit.succeeded();
      co_return codec.take();
    }
    attempt.failure->attempts = number;
    const auto pause = self->pause_before_another(call, attempt, number, deadline, retries);
    if (!pause) self->give_up(call, std::move(attempt), deadline);
    if (pause->count() > 0) co_await self->parts_.clock.sleep_for(*pause);
  }
}

pplx::task<Paged> AwsClient::Impl::call_all(std::shared_ptr<Impl> self, const Operation& operation,
                                            json parameters, Target target, Deadline deadline) {
  const auto& pages = operation.pages;
  if (!operation.paginated()) throw std::logic_error(operation.name + " is not paginated");
  const auto pointer = [](const std::string& path) {
    std::string text = "/" + path;
    for (char& c : text) c = c == '.' ? '/' : c;
    return json::json_pointer(text);
  };
  const auto token_at = pointer(pages.output_token);
  const auto items_at = pointer(pages.items);
  const CallOptions options;
  Paged all;
  std::set<std::string> seen;
  for (std::size_t page = 1;; ++page) {
    ByShape codec(operation, parameters);
    auto answer = co_await call(self, operation, std::move(codec), target, deadline, options);
    if (answer.contains(items_at)) {
      for (auto& item : answer.at(items_at)) all.items.push_back(std::move(item));
    }
    const json token = answer.contains(token_at) ? answer.at(token_at) : json();
    const bool more = pages.more.empty() || answer.value(pages.more, false);
    const bool last = token.is_string() ? token.get_ref<const std::string&>().empty() : token.empty();
    if (!more || last) co_return all;
    if (page >= self->config_.pages_max || all.items.size() >= self->config_.items_max) {
      all.truncated = true;
      co_return all;
    }
    if (!seen.insert(token.dump()).second) {
      auto facts = facts_of(operation);
      facts.origin.code = "RepeatedToken";
      facts.message = "AWS gave the same page token twice";
      throw AwsError(std::move(facts));
    }
    parameters[pages.input_token] = token;
  }
}

AwsClient::AwsClient(AwsConfig config, AwsClientParts parts)
    : impl_(std::make_shared<Impl>(std::move(config), std::move(parts))) {}

AwsClient::~AwsClient() = default;

pplx::task<json> AwsClient::call(const Operation& operation, json parameters, Target target,
                                 Deadline deadline, CallOptions options) {
  return Impl::call(impl_, operation, ByShape(operation, std::move(parameters)), std::move(target),
                    std::move(deadline), options);
}

pplx::task<std::string> AwsClient::exchange(const Operation& operation, std::string body, Target target,
                                            Deadline deadline, CallOptions options) {
  return Impl::call(impl_, operation, AsText(std::move(body)), std::move(target), std::move(deadline),
                    options);
}

pplx::task<Paged> AwsClient::call_all(const Operation& operation, json parameters, Target target,
                                      Deadline deadline) {
  return Impl::call_all(impl_, operation, std::move(parameters), std::move(target), std::move(deadline));
}

const AwsConfig& AwsClient::config() const { return impl_->config(); }
Clock& AwsClient::clock() const { return impl_->clock(); }

}  // namespace tidegate::aws
