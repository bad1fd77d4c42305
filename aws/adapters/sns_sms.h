#pragma once

#include <memory>
#include <string>
#include <vector>

#include "aws/client/aws_client.h"
#include "services/alerts/channel.h"

namespace tidegate::aws {

struct SnsSmsConfig {
  std::vector<std::string> phone_numbers = {};  ///< E.164, "+911234567890"
  std::string sender_id = {};                   ///< 1..11 letters and digits, where the country takes one
  std::size_t text_code_points_max = 480;       ///< longer texts are cut; SNS takes 1600 bytes
  std::string region = {};                      ///< empty = the configured one
  bool configured() const { return !phone_numbers.empty(); }
};

/// alerts::Channel "sms" over SNS Publish to phone numbers, transactional. Delivered means that at least one
/// number took it: a repetition would ring those again that have it. Numbers that refused are logged.
class SnsSms final : public alerts::Channel {
 public:
  SnsSms(std::shared_ptr<AwsClient> client, SnsSmsConfig config)
      : client_(std::move(client)), config_(std::move(config)) {}
  pplx::task<std::string> notify(alerts::Notification notification, Deadline deadline) override;

 private:
  std::shared_ptr<AwsClient> client_;
  SnsSmsConfig config_;
};

}  // namespace tidegate::aws
