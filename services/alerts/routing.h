#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "services/clock.h"

namespace tidegate::alerts {

/// What is done with alerts of one severity.
struct RoutingRule {
  std::vector<std::string> channels;
  std::chrono::seconds escalation_time{0};  ///< until the next person is told, where nobody took it
  int retry_count = 0;                      ///< attempts after the first one, each channel for itself
  /// Instead of `channels` outside business hours; nothing = the same channels.
  std::optional<std::vector<std::string>> off_hours_channels;
};

/// When people are at work, as wall-clock time of a zone: half-open, [from, until). `until` not after `from`
/// means that the hours last past midnight; they then belong to the day they begin on.
struct BusinessHours {
  std::string zone = "Asia/Kolkata";                 ///< IANA name
  std::vector<unsigned> weekdays = {1, 2, 3, 4, 5};  ///< ISO 8601: 1 = Monday .. 7 = Sunday
  std::chrono::minutes from{8 * 60};                 ///< after midnight
  std::chrono::minutes until{18 * 60};               ///< after midnight
};

/// Which alert goes where (seed 000, NotificationRouter.get_routing_config).
struct RoutingTable {
  std::map<std::string, RoutingRule> by_severity = {
      {"critical", {{"pagerduty", "slack", "sms"}, std::chrono::seconds(300), 3, {}}},
      {"warning", {{"slack", "email"}, std::chrono::seconds(900), 2, {}}},
      {"info", {{"email"}, std::chrono::seconds(3600), 1, {}}},
  };
  std::string default_severity = "info";  ///< the rule for a severity that by_severity does not name
  std::optional<BusinessHours> business_hours = BusinessHours{};
};

/// Where one alert goes, and why.
struct RoutingDecision {
  std::string severity_applied;  ///< the rule that was used
  std::vector<std::string> channels;
  std::chrono::seconds escalation_time{0};
  int retry_count = 0;
  std::optional<bool> in_business_hours;  ///< nothing where none are configured
  std::vector<std::string> reasons;
};

/// Throws InvalidRequest for a table that can't be used: a default severity without rule, an unknown zone, a
/// weekday out of 1..7, hours out of the day, a negative number of retries.
void require_valid(const RoutingTable& table);

/// Whether `now` lies in the hours. Pure. Throws InvalidRequest for an unknown zone.
bool is_within(const BusinessHours& hours, Instant now);

/// Routes an alert of that severity. Pure; the table must be valid.
RoutingDecision route(const RoutingTable& table, const std::string& severity, Instant now);

}  // namespace tidegate::alerts
