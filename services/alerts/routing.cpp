#include "services/alerts/routing.h"

#include <date/tz.h>

#include <algorithm>

#include "services/error.h"

namespace tidegate::alerts {

namespace {

const date::time_zone& zone_named(const std::string& name) {
  try {
    return *date::locate_zone(name);
  } catch (const std::runtime_error&) {
    throw InvalidRequest("\"" + name + "\" is no IANA time zone");
  }
}

bool works_on(const BusinessHours& hours, date::weekday day) {
  return std::ranges::find(hours.weekdays, day.iso_encoding()) != hours.weekdays.end();
}

void require_valid(const BusinessHours& hours) {
  zone_named(hours.zone);
  constexpr std::chrono::minutes kDay{24 * 60};
  const auto in_day = [kDay](std::chrono::minutes time) { return time.count() >= 0 && time <= kDay; };
  if (!in_day(hours.from) || !in_day(hours.until)) {
    throw InvalidRequest("business hours begin and end between 00:00 and 24:00");
  }
  for (const unsigned weekday : hours.weekdays) {
    if (weekday < 1 || weekday > 7) throw InvalidRequest("weekdays are 1 (Monday) to 7 (Sunday)");
  }
}

}  // namespace

void require_valid(const RoutingTable& table) {
  if (!table.by_severity.contains(table.default_severity)) {
    throw InvalidRequest("no routing rule for the default severity \"" + table.default_severity + "\"");
  }
  for (const auto& [severity, rule] : table.by_severity) {
    if (rule.retry_count < 0) throw InvalidRequest("the retry count of \"" + severity + "\" is negative");
  }
  if (table.business_hours) require_valid(*table.business_hours);
}

bool is_within(const BusinessHours& hours, Instant now) {
  const auto local = date::make_zoned(&zone_named(hours.zone), now).get_local_time();
  const auto today = date::floor<date::days>(local);
  const auto time = local - today;
  const bool begins_today = works_on(hours, date::weekday(today));
  if (hours.from < hours.until) return begins_today && time >= hours.from && time < hours.until;
  const bool began_yesterday = works_on(hours, date::weekday(today - date::days(1)));
  return (begins_today && time >= hours.from) || (began_yesterday && time < hours.until);
}

RoutingDecision route(const RoutingTable& table, const std::string& severity, Instant now) {
  RoutingDecision decision;
  const bool known = table.by_severity.contains(severity);
  decision.severity_applied = known ? severity : table.default_severity;
  decision.reasons.push_back(known ? "severity " + severity
                                   : "unknown severity, routed as " + table.default_severity);
  const RoutingRule& rule = table.by_severity.at(decision.severity_applied);
  decision.channels = rule.channels;
  decision.escalation_time = rule.escalation_time;
  decision.retry_count = rule.retry_count;
  if (!table.business_hours) return decision;

  const bool within = is_within(*table.business_hours, now);
  decision.in_business_hours = within;
  decision.reasons.push_back((within ? "within business hours of " : "outside business hours of ") +
                             table.business_hours->zone);
  if (!within && rule.off_hours_channels) {
    decision.channels = *rule.off_hours_channels;
    decision.reasons.emplace_back("this severity has other channels then");
  }
  return decision;
}

}  // namespace tidegate::alerts
