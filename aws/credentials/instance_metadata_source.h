#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "aws/credentials/metadata_call.h"
#include "aws/credentials/provider.h"
#include "aws/environment.h"

namespace tidegate::aws {

/// The role of the EC2 instance, from the instance metadata service, version 2 only (version 1 can be tricked
/// through a forwarded request). AWS_EC2_METADATA_DISABLED, AWS_EC2_METADATA_SERVICE_ENDPOINT,
/// AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE, AWS_METADATA_SERVICE_TIMEOUT (seconds) and
/// AWS_METADATA_SERVICE_NUM_ATTEMPTS are heeded. No answer means that this is no instance (or a container
/// beyond the token's hop limit).
class InstanceMetadataSource final : public CredentialsSource {
 public:
  InstanceMetadataSource(Environment environment, std::shared_ptr<http::HttpClient> http, Clock& clock);
  std::string name() const override { return "instance metadata"; }
  pplx::task<std::optional<Credentials>> fetch(Deadline deadline) override;

 private:
  pplx::task<std::optional<std::string>> token();
  pplx::task<std::optional<http::Response>> get(std::string path);

  Environment environment_;
  std::shared_ptr<http::HttpClient> http_;
  Clock& clock_;
  std::string endpoint_;
  MetadataPatience patience_;
  std::mutex mutex_;
  std::string token_;
  SteadyInstant token_until_{};
};

}  // namespace tidegate::aws
