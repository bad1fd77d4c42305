#include "services/alerts/routing.h"

#include <gtest/gtest.h>

#include "services/error.h"

namespace tidegate::alerts {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const Instant kMondayNoonInIndia = parse_rfc3339("2026-01-05T06:30:00Z");
const Instant kSundayInIndia = parse_rfc3339("2026-01-04T06:30:00Z");

struct RuleCase {
  const char* severity;
  std::vector<std::string> channels;
  int escalation_s;
  int retry_count;
  const char* applied;
};

class SeedTable : public testing::TestWithParam<RuleCase> {};

TEST_P(SeedTable, DecidesChannelsEscalationAndRetries) {
  const RuleCase& c = GetParam();

  const auto decision = route(RoutingTable{}, c.severity, kMondayNoonInIndia);

  EXPECT_EQ(decision.channels, c.channels);
  EXPECT_EQ(decision.escalation_time, seconds(c.escalation_s));
  EXPECT_EQ(decision.retry_count, c.retry_count);
  EXPECT_EQ(decision.severity_applied, c.applied);
  EXPECT_EQ(decision.in_business_hours, true);
  EXPECT_FALSE(decision.reasons.empty());
}

INSTANTIATE_TEST_SUITE_P(
    , SeedTable,
    testing::Values(RuleCase{"critical", {"pagerduty", "slack", "sms"}, 300, 3, "critical"},
                    RuleCase{"warning", {"slack", "email"}, 900, 2, "warning"},
                    RuleCase{"info", {"email"}, 3600, 1, "info"},
                    RuleCase{"apocalyptic", {"email"}, 3600, 1, "info"},
                    RuleCase{"CRITICAL", {"email"}, 3600, 1, "info"}));

TEST(Routing, KeepsTheChannelsOutsideBusinessHoursUnlessTold) {
  RoutingTable table;
  EXPECT_EQ(route(table, "critical", kSundayInIndia).channels.size(), 3U);
  EXPECT_EQ(route(table, "critical", kSundayInIndia).in_business_hours, false);

  table.by_severity["critical"].off_hours_channels = std::vector<std::string>{"pagerduty"};

  EXPECT_EQ(route(table, "critical", kSundayInIndia).channels, std::vector<std::string>{"pagerduty"});
  EXPECT_EQ(route(table, "critical", kMondayNoonInIndia).channels.size(), 3U);
}

TEST(Routing, CanSilenceASeverityOutsideBusinessHours) {
  RoutingTable table;
  table.by_severity["info"].off_hours_channels = std::vector<std::string>{};

  EXPECT_TRUE(route(table, "info", kSundayInIndia).channels.empty());
}

TEST(Routing, KnowsNoHoursWhereNoneAreConfigured) {
  RoutingTable table;
  table.business_hours.reset();

  EXPECT_FALSE(route(table, "info", kSundayInIndia).in_business_hours);
}

struct HoursCase {
  const char* name;
  const char* zone;
  int from_h;
  int until_h;
  const char* now;
  bool within;
};

class HoursOfTheDay : public testing::TestWithParam<HoursCase> {};

TEST_P(HoursOfTheDay, FollowTheZonesOwnClock) {
  const HoursCase& c = GetParam();
  BusinessHours hours;
  hours.zone = c.zone;
  hours.from = minutes(c.from_h * 60);
  hours.until = minutes(c.until_h * 60);

  EXPECT_EQ(is_within(hours, parse_rfc3339(c.now)), c.within);
}

INSTANTIATE_TEST_SUITE_P(
    , HoursOfTheDay,
    testing::Values(
        // 2026-01-05 is a Monday; India is UTC+5:30 all year.
        HoursCase{"IndiaOpens", "Asia/Kolkata", 8, 18, "2026-01-05T02:30:00Z", true},
        HoursCase{"IndiaJustBefore", "Asia/Kolkata", 8, 18, "2026-01-05T02:29:59Z", false},
        HoursCase{"IndiaLastSecond", "Asia/Kolkata", 8, 18, "2026-01-05T12:29:59Z", true},
        HoursCase{"IndiaCloses", "Asia/Kolkata", 8, 18, "2026-01-05T12:30:00Z", false},
        HoursCase{"IndiaSaturday", "Asia/Kolkata", 8, 18, "2026-01-10T06:30:00Z", false},
        // Sunday 20:00 UTC is Monday 09:00 in Auckland (UTC+13 in January).
        HoursCase{"AucklandIsADayAhead", "Pacific/Auckland", 8, 18, "2026-01-04T20:00:00Z", true},
        // Saturday 01:00 UTC is Friday 17:00 in Los Angeles.
        HoursCase{"LosAngelesIsADayBehind", "America/Los_Angeles", 8, 18, "2026-01-10T01:00:00Z", true},
        // 13:30 UTC: 08:30 in New York's winter, 09:30 in its summer; 12:30 UTC: 07:30 and 08:30.
        HoursCase{"NewYorkWinter", "America/New_York", 8, 18, "2026-01-05T12:30:00Z", false},
        HoursCase{"NewYorkSummer", "America/New_York", 8, 18, "2026-07-06T12:30:00Z", true},
        // 22:00-06:00 belongs to the day it begins on.
        HoursCase{"NightShiftEvening", "UTC", 22, 6, "2026-01-05T23:00:00Z", true},
        HoursCase{"NightShiftSmallHours", "UTC", 22, 6, "2026-01-06T05:59:59Z", true},
        HoursCase{"NightShiftNoon", "UTC", 22, 6, "2026-01-06T12:00:00Z", false},
        HoursCase{"FridaysNightShiftEndsOnSaturday", "UTC", 22, 6, "2026-01-10T03:00:00Z", true},
        HoursCase{"NoNightShiftOnSundayMorning", "UTC", 22, 6, "2026-01-11T03:00:00Z", false},
        HoursCase{"NoNightShiftBeforeMonday", "UTC", 22, 6, "2026-01-05T03:00:00Z", false},
        HoursCase{"UntilMidnight", "UTC", 8, 24, "2026-01-05T23:59:59Z", true},
        HoursCase{"AllDay", "UTC", 0, 24, "2026-01-05T00:00:00Z", true}),
    [](const auto& info) { return info.param.name; });

TEST(RoutingTable, OfTheSeedIsValid) { EXPECT_NO_THROW(require_valid(RoutingTable{})); }

TEST(RoutingTable, IsRefusedWhereItCantBeUsed) {
  RoutingTable no_default;
  no_default.default_severity = "none";
  EXPECT_THROW(require_valid(no_default), InvalidRequest);

  RoutingTable no_zone;
  no_zone.business_hours->zone = "Asia/Atlantis";
  EXPECT_THROW(require_valid(no_zone), InvalidRequest);

  RoutingTable no_day;
  no_day.business_hours->weekdays = {0};
  EXPECT_THROW(require_valid(no_day), InvalidRequest);

  RoutingTable long_day;
  long_day.business_hours->until = minutes(25 * 60);
  EXPECT_THROW(require_valid(long_day), InvalidRequest);

  RoutingTable negative;
  negative.by_severity["info"].retry_count = -1;
  EXPECT_THROW(require_valid(negative), InvalidRequest);
}

}  // namespace
}  // namespace tidegate::alerts
