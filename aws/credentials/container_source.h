#pragma once

#include <memory>
#include <string>

#include "aws/credentials/metadata_call.h"
#include "aws/credentials/provider.h"
#include "aws/environment.h"

namespace tidegate::aws {

/// The role of an ECS task or an EKS Pod Identity: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI (on 169.254.170.2)
/// or AWS_CONTAINER_CREDENTIALS_FULL_URI, with AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE (read at each fetch,
/// for it rotates) or AWS_CONTAINER_AUTHORIZATION_TOKEN. Plain http is taken only from loopback and the two
/// link-local agents.
class ContainerSource final : public CredentialsSource {
 public:
  ContainerSource(Environment environment, std::shared_ptr<http::HttpClient> http, Clock& clock)
      : environment_(std::move(environment)), http_(std::move(http)), clock_(clock) {}
  std::string name() const override { return "container"; }
  pplx::task<std::optional<Credentials>> fetch(Deadline deadline) override;

 private:
  std::optional<std::string> url() const;
  std::string authorization() const;

  Environment environment_;
  std::shared_ptr<http::HttpClient> http_;
  Clock& clock_;
};

}  // namespace tidegate::aws
