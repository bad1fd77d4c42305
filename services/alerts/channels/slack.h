#pragma once

#include <memory>
#include <string>

#include "services/alerts/alerts_config.h"
#include "services/alerts/channel.h"
#include "services/http/http_client.h"

namespace tidegate::alerts {

/// Slack by an incoming webhook. It gives no message id, so the delivery's token is answered; nor can it tell
/// that it was sent the same before. (api.slack.com/messaging/webhooks)
class SlackChannel final : public Channel {
 public:
  SlackChannel(std::shared_ptr<http::HttpClient> client, SlackConfig config);
  pplx::task<std::string> notify(Notification notification, Deadline deadline) override;

 private:
  std::shared_ptr<http::HttpClient> client_;
  SlackConfig config_;
};

/// What is posted: a header of at most 150 characters, the text in one section of at most 3000, a line of
/// context, and a plain text for notifications. `& < >` are escaped, so that no alert can mention a channel.
std::string slack_message(const Notification& notification);

}  // namespace tidegate::alerts
