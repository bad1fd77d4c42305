#pragma once

#include "aws/credentials/provider.h"
#include "aws/environment.h"

namespace tidegate::aws {

/// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_CREDENTIAL_EXPIRATION and AWS_ACCOUNT_ID.
/// A key id without its secret is a failure, not a reason to look elsewhere.
class EnvironmentSource final : public CredentialsSource {
 public:
  explicit EnvironmentSource(Environment environment) : environment_(std::move(environment)) {}
  std::string name() const override { return "environment"; }
  pplx::task<std::optional<Credentials>> fetch(Deadline deadline) override;

 private:
  Environment environment_;
};

}  // namespace tidegate::aws
