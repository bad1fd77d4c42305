#pragma once

#include <pplx/pplxtasks.h>

#include <optional>
#include <string>

#include "aws/credentials/credentials.h"
#include "services/async/deadline.h"
#include "services/error.h"

namespace tidegate::aws {

/// A source that is configured but gives no keys. Says what to mend; never holds a secret.
class CredentialsFailure : public UpstreamFailure {
 public:
  explicit CredentialsFailure(const std::string& detail)
      : UpstreamFailure(detail, {.service = "credentials", .operation = "resolve", .unavailable = true}) {}
};

/// One place where keys may come from. Thread-safe.
class CredentialsSource {
 public:
  virtual ~CredentialsSource() = default;
  /// "environment", "profile default", "imds" ...
  virtual std::string name() const = 0;
  /// Fetches keys anew. Null where nothing is configured here, so that the next source is asked; throws
  /// CredentialsFailure where something is configured and does not work.
  virtual pplx::task<std::optional<Credentials>> fetch(Deadline deadline) = 0;
};

/// Keys to sign with now. Thread-safe.
class CredentialsProvider {
 public:
  virtual ~CredentialsProvider() = default;
  /// Never null, and not expired unless they outlive it. Throws CredentialsFailure, and DeadlineExceeded
  /// where the deadline passed while keys were fetched.
  virtual pplx::task<SharedCredentials> credentials(Deadline deadline) = 0;
};

}  // namespace tidegate::aws
