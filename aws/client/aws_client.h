#pragma once

#include <pplx/pplxtasks.h>

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "aws/accounts/account_credentials.h"
#include "aws/config.h"
#include "aws/error.h"
#include "aws/operations/operation.h"
#include "services/async/deadline.h"
#include "services/http/http_client.h"
#include "services/telemetry/telemetry.h"

namespace tidegate::aws {

/// Where a call goes.
struct Target {
  std::string region = {};   ///< empty = the configured one
  std::string account = {};  ///< alias or id; empty = the service's own
};

/// What a caller knows better than the operation's row.
struct CallOptions {
  std::optional<Effect> effect = {};  ///< an Invoke of a function that only reads
  bool signed_request = true;         ///< false for the few STS calls that carry no signature
};

/// All pages of a paginated read; `truncated` where a cap of AwsConfig ended it.
struct Paged;

/// What AwsClient is given.
struct AwsClientParts {
  std::shared_ptr<http::HttpClient> http;        // shared: calls in flight may outlive the client
  Clock& clock;                                  ///< outlives all calls
  Telemetry& telemetry;                          ///< outlives all calls
  std::shared_ptr<AccountCredentials> accounts;  // shared, like http
  std::function<double()> random;                ///< draws from [0, 1); thread-safe
};

/// Calls operations of the table: builds the request, finds the endpoint, signs, sends, retries (each attempt
/// signed anew), reads the answer. Parameters and answers are JSON objects in the members of the operation's
/// shapes. Thread-safe.
///
/// call() throws AwsError for what AWS refused or did not answer, CredentialsFailure, DeadlineExceeded where
/// the deadline ended it before any answer, InvalidRequest for a region or a parameter that can't be,
/// NotFound for an unknown account, and std::logic_error where the parameters don't fit the row.
class AwsClient {
 public:
  AwsClient(AwsConfig config, AwsClientParts parts);
  ~AwsClient();
  AwsClient(const AwsClient&) = delete;
  AwsClient& operator=(const AwsClient&) = delete;

  pplx::task<nlohmann::json> call(const Operation& operation, nlohmann::json parameters, Target target,
                                  Deadline deadline, CallOptions options = {});

  /// As call(), for who calls so often that values of JSON are felt: the request is the JSON text of its
  /// parameters, its idempotency token among them, and the answer comes as text that is whole. Only for
  /// services of the JSON protocol; what does not fit the row, AWS refuses.
  pplx::task<std::string> exchange(const Operation& operation, std::string body, Target target,
                                   Deadline deadline, CallOptions options = {});

  /// Every page's items, in order. Ends on an absent or empty token, fails on a repeated one.
  pplx::task<Paged> call_all(const Operation& operation, nlohmann::json parameters, Target target,
                             Deadline deadline);

  const AwsConfig& config() const;
  Clock& clock() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;  // calls in flight may outlive the client
};

}  // namespace tidegate::aws
