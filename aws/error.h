#pragma once

#include <string>

#include "services/error.h"

namespace tidegate::aws {

/// An AWS call that did not succeed, after all attempts that it was worth. `origin()` has AWS's code and
/// request id.
class AwsError : public UpstreamFailure {
 public:
  struct Facts {
    Origin origin;
    std::string message = {};  ///< AWS's own words, or the transport's
    std::string body = {};  ///< the error answer as it came, at most 64 KiB (DynamoDB's CancellationReasons)
    int attempts = 1;
  };

  explicit AwsError(Facts facts) : UpstreamFailure(sentence(facts), facts.origin), facts_(std::move(facts)) {}

  const std::string& code() const { return facts_.origin.code; }
  const std::string& message() const { return facts_.message; }
  const std::string& body() const { return facts_.body; }
  bool maybe_applied() const { return facts_.origin.maybe_applied; }
  int attempts() const { return facts_.attempts; }
  const Facts& facts() const { return facts_; }

 private:
  static std::string sentence(const Facts& facts);
  Facts facts_;
};

}  // namespace tidegate::aws
