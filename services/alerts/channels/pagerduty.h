#pragma once

#include <memory>
#include <string>

#include "services/alerts/alerts_config.h"
#include "services/alerts/channel.h"
#include "services/http/http_client.h"

namespace tidegate::alerts {

/// PagerDuty's Events API v2. The delivery's token is the dedup_key, so that an attempt that is repeated
/// updates the incident instead of opening another; the answer's dedup_key is the message id.
/// (developer.pagerduty.com, "Send an Alert Event")
class PagerDutyChannel final : public Channel {
 public:
  PagerDutyChannel(std::shared_ptr<http::HttpClient> client, PagerDutyConfig config);
  pplx::task<std::string> notify(Notification notification, Deadline deadline) override;

 private:
  std::shared_ptr<http::HttpClient> client_;
  PagerDutyConfig config_;
};

/// The trigger event: summary of at most 1024 characters; severity one of PagerDuty's four, "info" for a word
/// that it does not know; the whole alert as custom_details.
std::string pagerduty_event(const Notification& notification, const PagerDutyConfig& config);

}  // namespace tidegate::alerts
