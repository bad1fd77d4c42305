#include "aws/client/retry.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace tidegate::aws {

using std::chrono::milliseconds;

namespace {

constexpr std::array<std::string_view, 14> kThrottlingCodes = {
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottledException",
    "TooManyRequestsException",
    "ProvisionedThroughputExceededException",
    "TransactionInProgressException",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "LimitExceededException",
    "RequestThrottled",
    "SlowDown",
    "PriorRequestNotComplete",
    "EC2ThrottledException",
};

constexpr std::array<std::string_view, 3> kTransientCodes = {
    "RequestTimeout",
    "RequestTimeoutException",
    "IDPCommunicationError",
};

constexpr std::array<std::string_view, 6> kSkewCodes = {
    "AuthFailure",        "InvalidSignatureException", "RequestExpired",
    "RequestInTheFuture", "RequestTimeTooSkewed",      "SignatureDoesNotMatch",
};

template <class Codes>
bool holds(const Codes& codes, std::string_view code) {
  return std::ranges::find(codes, code) != codes.end();
}

bool is_dynamodb(const Operation& operation) { return operation.service->row().model == "dynamodb"; }

}  // namespace

FailureClass classify(const Operation& operation, int status, std::string_view code) {
  if (holds(kThrottlingCodes, code) || status == 429) return FailureClass::kThrottled;
  if (holds(kTransientCodes, code) || holds(operation.retried, code)) return FailureClass::kTransient;
  if (status == 500 || status == 502 || status == 503 || status == 504) return FailureClass::kTransient;
  return FailureClass::kFinal;
}

bool is_clock_skew_code(std::string_view code) { return holds(kSkewCodes, code); }

bool safe_to_repeat(Effect effect, FailureClass failure, int status, bool maybe_applied) {
  if (failure == FailureClass::kFinal) return false;
  if (effect != Effect::kWrite || failure == FailureClass::kThrottled) return true;
  // An answer below 500 refused the request; a failure without an answer says itself whether it was sent.
  return status != 0 ? status < 500 : !maybe_applied;
}

milliseconds retry_pause(const RetryConfig& config, const Operation& operation, FailureClass failure,
                         int attempts_made, double random) {
  milliseconds base = is_dynamodb(operation) ? config.base_dynamodb : config.base;
  if (failure == FailureClass::kThrottled) base = config.base_throttling;
  const double grown = static_cast<double>(base.count()) * std::exp2(std::min(attempts_made - 1, 30));
  const double capped = std::min(grown, static_cast<double>(config.pause_max.count()));
  return milliseconds(static_cast<std::int64_t>(random * capped));
}

milliseconds heed_retry_after(milliseconds pause, std::string_view header) {
  std::int64_t wished = 0;
  const auto [end, error] = std::from_chars(header.data(), header.data() + header.size(), wished);
  if (header.empty() || error != std::errc() || end != header.data() + header.size() || wished < 0)
    return pause;
  return std::clamp(milliseconds(wished), pause, pause + milliseconds(5'000));
}

int attempts_max(const RetryConfig& config, const Operation& operation) {
  return is_dynamodb(operation) ? std::max(config.attempts_max_dynamodb, 1)
                                : std::max(config.attempts_max, 1);
}

std::optional<double> RetryQuota::take(FailureClass failure) {
  const double cost =
      failure == FailureClass::kThrottled ? config_.quota_cost_throttling : config_.quota_cost;
  const std::scoped_lock lock(mutex_);
  if (left_ < cost) return {};
  left_ -= cost;
  return cost;
}

void RetryQuota::give_back(std::optional<double> last_cost) {
  const std::scoped_lock lock(mutex_);
  left_ = std::min(config_.quota_max, left_ + last_cost.value_or(1));
}

double RetryQuota::left() const {
  const std::scoped_lock lock(mutex_);
  return left_;
}

}  // namespace tidegate::aws
