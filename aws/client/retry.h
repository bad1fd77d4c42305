#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string_view>

#include "aws/error.h"
#include "aws/operations/operation.h"

namespace tidegate::aws {

/// The "standard" retry mode with the constants in force since 10 November 2026 (AWS Developer Tools Blog,
/// "Updated default retry behavior for AWS SDKs and tools"; botocore 1.44 retries/standard.py).
struct RetryConfig {
  int attempts_max = 3;           ///< of one call, the first included
  int attempts_max_dynamodb = 4;  ///< of DynamoDB's
  std::chrono::milliseconds base{50};
  std::chrono::milliseconds base_dynamodb{25};
  std::chrono::milliseconds base_throttling{1'000};
  std::chrono::milliseconds pause_max{20'000};
  double quota_max = 500;  ///< what failing calls to one (account, region, service) may spend on retries
  double quota_cost = 14;  ///< of one retry
  double quota_cost_throttling = 5;
  bool adaptive = false;  ///< limit the rate of sending after throttles
};

/// Why an attempt failed, as far as trying again is concerned.
enum class FailureClass {
  kFinal,      ///< would fail again
  kTransient,  ///< may work next time
  kThrottled,  ///< AWS asks for less
};

/// The class of an error answer: by its code first (many retryable errors are 400), then by status.
FailureClass classify(const Operation& operation, int status, std::string_view code);

/// Whether the code says that the request's time was refused.
bool is_clock_skew_code(std::string_view code);

/// What a retry would do to an operation: whether AWS can be known not to have acted on the failed attempt,
/// or acting twice does no harm.
bool safe_to_repeat(Effect effect, FailureClass failure, int status, bool maybe_applied);

/// Random pause before the attempt after `attempts_made` (1 or more): random * min(base * 2^(attempts_made -
/// 1), pause_max).
std::chrono::milliseconds retry_pause(const RetryConfig& config, const Operation& operation,
                                      FailureClass failure, int attempts_made, double random);

/// AWS's own wish in `x-amz-retry-after` (milliseconds), held within [pause, pause + 5 s]; `pause` where it
/// is absent or no number.
std::chrono::milliseconds heed_retry_after(std::chrono::milliseconds pause, std::string_view header);

int attempts_max(const RetryConfig& config, const Operation& operation);

/// The retries that the calls to one place may still make, so that an outage is not multiplied by retrying.
/// Thread-safe.
class RetryQuota {
 public:
  explicit RetryQuota(const RetryConfig& config) : config_(config), left_(config.quota_max) {}
  /// Takes what a retry costs, or nothing and null where not enough is left.
  std::optional<double> take(FailureClass failure);
  /// A success gives back what its last retry took, or 1 where it needed none.
  void give_back(std::optional<double> last_cost);
  double left() const;

 private:
  const RetryConfig config_;
  mutable std::mutex mutex_;
  double left_;
};

}  // namespace tidegate::aws
