#include "services/clock.h"

#include <gtest/gtest.h>

#include "services/error.h"

namespace tidegate {
namespace {

TEST(Clock, WritesInstantsToTheMillisecond) {
  EXPECT_EQ(format_rfc3339(parse_rfc3339("2026-11-21T02:30:05.007Z")), "2026-11-21T02:30:05.007Z");
  EXPECT_EQ(format_rfc3339(Instant()), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(format_rfc3339(Instant() - std::chrono::milliseconds(1)), "1969-12-31T23:59:59.999Z");
}

TEST(Clock, WritesALocalTimeWithItsOffset) {
  const auto at = parse_rfc3339("2026-11-21T20:30:00Z");

  EXPECT_EQ(format_in_zone(at, "Asia/Kolkata"), "2026-11-22T02:00:00.000+05:30");
  EXPECT_EQ(format_in_zone(at, "America/New_York"), "2026-11-21T15:30:00.000-05:00");
  EXPECT_EQ(format_in_zone(at, "America/St_Johns"), "2026-11-21T17:00:00.000-03:30");
  EXPECT_EQ(format_in_zone(at, "UTC"), "2026-11-21T20:30:00.000+00:00");
  EXPECT_EQ(format_in_zone(parse_rfc3339("2026-07-01T12:00:00Z"), "Europe/London"),
            "2026-07-01T13:00:00.000+01:00");
  EXPECT_THROW(format_in_zone(at, "Asia/Nowhere"), InvalidRequest);
}

}  // namespace
}  // namespace tidegate
