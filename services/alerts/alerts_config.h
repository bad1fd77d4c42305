#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "services/alerts/routing.h"

namespace tidegate::alerts {

/// A Slack incoming webhook. Not configured while the URL is empty.
struct SlackConfig {
  std::string webhook_url;  ///< secret: whoever knows it can post
  bool configured() const { return !webhook_url.empty(); }
};

/// PagerDuty's Events API v2. Not configured while the routing key is empty.
struct PagerDutyConfig {
  std::string routing_key;  ///< secret: the service integration's key, 32 characters
  std::string endpoint = "https://events.pagerduty.com/v2/enqueue";
  std::string source = "tidegate";  ///< what PagerDuty shows as the affected system
  bool configured() const { return !routing_key.empty(); }
};

/// Who is told what, and how. Gathered into the process's configuration under `alerts`.
struct AlertsConfig {
  RoutingTable routing;
  SlackConfig slack;
  PagerDutyConfig pagerduty;

  std::chrono::milliseconds attempt_timeout{10'000};  ///< for one attempt on one channel
  /// How long a caller waits for the first attempts; a channel that takes longer is answered as "pending".
  std::chrono::milliseconds answer_timeout{12'000};
  std::chrono::milliseconds retry_backoff{5'000};       ///< before the first retry; doubles with each
  std::chrono::milliseconds retry_backoff_max{60'000};  ///< a pause is never longer, unless the channel asks
  std::chrono::seconds retry_after_max{900};  ///< a channel that asks for a longer pause gets this one
  std::size_t alert_bytes_max = 200'000;      ///< of one alert as JSON; it is stored with its deliveries
};

}  // namespace tidegate::alerts
