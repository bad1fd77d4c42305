#pragma once

#include <memory>
#include <optional>
#include <string>

#include "services/clock.h"

namespace tidegate::aws {

/// One set of keys, used whole: a request is signed from one copy of it.
struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token = {};          ///< empty for long-lived keys
  std::optional<Instant> expires_at = {};  ///< null = does not expire
  std::string account_id = {};             ///< empty where the source does not say
  std::string source = {};                 ///< for logs: "environment", "profile default", "imds" ...
  /// AWS extends these past `expires_at` while their source is down (instance metadata): they are used on.
  bool outlives_expiry = false;
};

/// One set for all who sign with it.
using SharedCredentials = std::shared_ptr<const Credentials>;

}  // namespace tidegate::aws
