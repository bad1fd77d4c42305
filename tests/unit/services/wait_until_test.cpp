#include "services/async/wait_until.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "services/async/task.h"
#include "services/error.h"
#include "tests/unit/services/virtual_clock.h"

namespace tidegate {
namespace {

using std::chrono::seconds;

struct WaitUntilTest : testing::Test {
  ~WaitUntilTest() override { clock.run_out(); }

  pplx::task<void> wait(const pplx::task_completion_event<void>& event) {
    return wait_until(Deadline::after(clock, seconds(5)), clock, pplx::task<void>(event), "too late");
  }

  VirtualClock clock;
  pplx::task_completion_event<void> event;
};

TEST_F(WaitUntilTest, EndsWithTheWork) {
  const auto waiting = wait(event);
  clock.advance(seconds(4));
  ASSERT_FALSE(waiting.is_done());

  event.set();

  EXPECT_NO_THROW(waiting.get());
}

TEST_F(WaitUntilTest, CarriesTheFailureOfTheWork) {
  const auto waiting = wait(event);

  event.set_exception(std::runtime_error("no luck"));

  EXPECT_THROW(waiting.get(), std::runtime_error);
}

TEST_F(WaitUntilTest, EndsAtTheDeadlineThoughTheWorkGoesOn) {
  const auto waiting = wait(event);

  clock.advance(seconds(5));

  try {
    waiting.get();
    FAIL() << "nothing was thrown";
  } catch (const DeadlineExceeded& late) {
    EXPECT_STREQ(late.what(), "too late");
  }
  event.set();
}

TEST_F(WaitUntilTest, LetsAFailureAfterTheDeadlinePass) {
  const auto waiting = wait(event);
  clock.advance(seconds(5));
  EXPECT_THROW(waiting.get(), DeadlineExceeded);

  EXPECT_NO_THROW(event.set_exception(std::runtime_error("nobody waits")));
}

TEST_F(WaitUntilTest, TakesWhatIsDoneThoughNoTimeIsLeft) {
  const Deadline passed = Deadline::after(clock, seconds(0));

  EXPECT_NO_THROW(wait_until(passed, clock, pplx::task_from_result(), "too late").get());
}

}  // namespace
}  // namespace tidegate
