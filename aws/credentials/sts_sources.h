#pragma once

#include <memory>
#include <string>

#include "aws/client/aws_client.h"
#include "aws/credentials/provider.h"
#include "aws/credentials/role_request.h"

namespace tidegate::aws {

/// What sources need to ask STS: the client's parts but for the keys, which are the source's own business.
struct StsAccess {
  AwsConfig config;  ///< region empty = us-east-1
  std::shared_ptr<http::HttpClient> http;
  Clock* clock;
  Telemetry* telemetry;
  std::function<double()> random;
};

/// The keys of a role that another identity takes on (sts:AssumeRole). The other identity's keys are fetched
/// anew at each fetch unless its provider keeps them.
class AssumeRoleSource final : public CredentialsSource {
 public:
  AssumeRoleSource(StsAccess access, std::shared_ptr<CredentialsProvider> base, RoleRequest role);
  std::string name() const override { return "role " + role_.role_arn; }
  pplx::task<std::optional<Credentials>> fetch(Deadline deadline) override;

 private:
  std::shared_ptr<CredentialsProvider> base_;
  std::shared_ptr<AwsClient> sts_;
  RoleRequest role_;
};

/// The keys of a role that a token of an identity provider opens (sts:AssumeRoleWithWebIdentity; IRSA in
/// EKS). The token's file is read at each fetch, for it rotates.
class WebIdentitySource final : public CredentialsSource {
 public:
  WebIdentitySource(StsAccess access, std::string token_file, RoleRequest role);
  std::string name() const override { return "web identity " + role_.role_arn; }
  pplx::task<std::optional<Credentials>> fetch(Deadline deadline) override;

 private:
  std::shared_ptr<AwsClient> sts_;
  std::string token_file_;
  RoleRequest role_;
};

}  // namespace tidegate::aws
