#pragma once

#include <memory>
#include <string>
#include <vector>

#include "aws/client/aws_client.h"
#include "services/alerts/channel.h"

namespace tidegate::aws {

struct SesEmailConfig {
  std::string from = {};             ///< a verified identity; empty = the channel is not configured
  std::vector<std::string> to = {};  ///< 1..50
  std::string configuration_set = {};
  std::string region = {};  ///< empty = the configured one
  bool configured() const { return !from.empty() && !to.empty(); }
};

/// alerts::Channel "email" over SES v2 SendEmail. An attempt whose answer was lost is told as retryable: a
/// mail too many beats one that never came.
class SesEmail final : public alerts::Channel {
 public:
  SesEmail(std::shared_ptr<AwsClient> client, SesEmailConfig config)
      : client_(std::move(client)), config_(std::move(config)) {}
  pplx::task<std::string> notify(alerts::Notification notification, Deadline deadline) override;

 private:
  std::shared_ptr<AwsClient> client_;
  SesEmailConfig config_;
};

}  // namespace tidegate::aws
