#include "tests/unit/services/virtual_clock.h"

#include <gtest/gtest.h>

#include <vector>

#include "services/async/task.h"

namespace tidegate {
namespace {

using std::chrono::milliseconds;

pplx::task<void> note_ticks(Clock* clock, milliseconds every, int times, std::vector<Instant>* seen) {
  for (int i = 0; i < times; ++i) {
    co_await clock->sleep_for(every);
    seen->push_back(clock->now());
  }
}

TEST(VirtualClock, WakesSleepersInOrderEachAtItsOwnTimeWithinOneAdvance) {
  VirtualClock clock("2026-01-05T00:00:00Z");
  std::vector<Instant> seen;
  const auto slow = note_ticks(&clock, milliseconds(300), 1, &seen);
  const auto quick = note_ticks(&clock, milliseconds(200), 2, &seen);

  clock.advance(milliseconds(1000));

  const Instant start = parse_rfc3339("2026-01-05T00:00:00Z");
  EXPECT_EQ(seen, (std::vector<Instant>{start + milliseconds(200), start + milliseconds(300),
                                        start + milliseconds(400)}));
  EXPECT_TRUE(slow.is_done());
  EXPECT_TRUE(quick.is_done());
  EXPECT_EQ(clock.now(), start + milliseconds(1000));
}

TEST(VirtualClock, LeavesSleepersWhoseTimeHasNotCome) {
  VirtualClock clock;
  const auto sleeping = clock.sleep_for(milliseconds(500));

  clock.advance(milliseconds(499));

  EXPECT_FALSE(sleeping.is_done());
  EXPECT_EQ(clock.sleepers(), 1U);
}

TEST(VirtualClock, KeepsSteadyTimeWhenTheWallClockJumps) {
  VirtualClock clock("2026-01-05T00:00:00Z");
  const auto before = clock.steady_now();

  clock.jump_wall_clock(-std::chrono::hours(2));

  EXPECT_EQ(clock.steady_now(), before);
  EXPECT_EQ(clock.now(), parse_rfc3339("2026-01-04T22:00:00Z"));
}

}  // namespace
}  // namespace tidegate
