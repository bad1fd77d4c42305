#pragma once

#include <memory>
#include <string>

#include "aws/adapters/timed_cache.h"
#include "aws/client/aws_client.h"
#include "aws/environment.h"

namespace tidegate::aws {

struct ReferencesConfig {
  CachePolicy cache{.fresh_for = std::chrono::minutes(5), .stale_for = std::chrono::hours(24)};
  std::string region = {};  ///< empty = the configured one
};

/// Fills references in configuration texts:
///
///     ${env:NAME}            an environment variable
///     ${ssm:/path/name}      a parameter of the Parameter Store, decrypted
///     ${secret:name}         a secret's text; ${secret:name#key} one member of a secret that is a JSON
///     object
///     $${                    the two characters ${ themselves
///
/// A value is kept for `cache.fresh_for` and then read anew, so that whoever resolves a text at each use has
/// a rotated secret without a restart; while AWS does not answer, the old value goes on. Values are never
/// logged. Thread-safe.
class References {
 public:
  /// `client` may be null where AWS is not configured: then only ${env:...} can be filled.
  References(std::shared_ptr<AwsClient> client, Environment environment, Clock& clock,
             ReferencesConfig config);

  /// The text with all references filled. Throws InvalidRequest for a reference that can't be read (naming
  /// it, not its value), and UpstreamFailure where AWS refuses or does not answer.
  pplx::task<std::string> resolve(std::string text, Deadline deadline);

  /// Whether a text has a reference at all.
  static bool has_reference(const std::string& text);

 private:
  using Cache = TimedCache<std::string>;
  pplx::task<std::string> value_of(std::string reference, Deadline deadline);

  std::shared_ptr<AwsClient> client_;
  Environment environment_;
  ReferencesConfig config_;
  Cache cache_;
};

}  // namespace tidegate::aws
