#include "services/async/task.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>

#include "services/async/spawn.h"
#include "services/async/when_all.h"

namespace tidegate {
namespace {

pplx::task<int> doubled(pplx::task<int> input) {
  const int value = co_await input;
  co_return value * 2;
}

pplx::task<int> fails_after(pplx::task<void> gate) {
  co_await gate;
  throw std::runtime_error("no luck");
}

struct NotesEnd {
  bool& ended;
  ~NotesEnd() { ended = true; }
};

pplx::task<void> holds_a_local(pplx::task<void> gate, bool* ended) {
  const NotesEnd local{*ended};
  co_await gate;
}

pplx::task<bool> saw_callee_end(pplx::task<void> gate) {
  bool ended = false;
  co_await holds_a_local(gate, &ended);
  co_return ended;
}

TEST(Task, RunsThroughOnTheCallersThreadWhenNothingWaits) {
  const auto task = doubled(pplx::task_from_result(21));
  ASSERT_TRUE(task.is_done());
  EXPECT_EQ(task.get(), 42);
}

TEST(Task, GoesOnWhenTheEventIsSet) {
  const pplx::task_completion_event<int> event;
  const auto task = doubled(pplx::task<int>(event));
  EXPECT_FALSE(task.is_done());

  event.set(4);

  EXPECT_EQ(task.get(), 8);
}

TEST(Task, CarriesTheExceptionToWhoeverWaits) {
  const pplx::task_completion_event<void> gate;
  const auto task = fails_after(pplx::task<void>(gate));

  gate.set();

  EXPECT_THROW(task.get(), std::runtime_error);
}

TEST(Task, ReleasesTheCalleesLocalsBeforeTheCallerGoesOn) {
  const pplx::task_completion_event<void> gate;
  const auto task = saw_callee_end(pplx::task<void>(gate));

  gate.set();

  EXPECT_TRUE(task.get());
}

TEST(Spawn, OutlivesAFailingTask) {
  spawn("test", pplx::task_from_exception<void>(std::runtime_error("expected by the test")));
}

struct Tally {
  std::atomic<int> running{0};
  std::atomic<int> most{0};
};

pplx::task<int> square_on_pool(int value, Tally* tally) {
  const int now = ++tally->running;
  int most = tally->most;
  while (now > most && !tally->most.compare_exchange_weak(most, now)) {
  }
  const pplx::task_completion_event<void> ready;
  post_to_pool([ready] {
    std::this_thread::yield();
    ready.set();
  });
  co_await pplx::task<void>(ready);
  --tally->running;
  if (value == 7) throw std::runtime_error("seven");
  co_return value* value;
}

TEST(WhenAllSettled, KeepsOrderAndLimitAndTellsFailuresAsData) {
  Tally tally;
  std::vector<int> inputs(100);
  for (int i = 0; i < 100; ++i) inputs[static_cast<std::size_t>(i)] = i;

  const auto settled =
      when_all_settled<int>(inputs, 4, [&tally](int value) { return square_on_pool(value, &tally); }).get();

  ASSERT_EQ(settled.size(), 100U);
  EXPECT_LE(tally.most, 4);
  EXPECT_EQ(settled[9].value, 81);
  EXPECT_FALSE(settled[7].value.has_value());
  EXPECT_THROW(std::rethrow_exception(settled[7].failure), std::runtime_error);
}

TEST(WhenAllSettled, OfNothingIsNothing) {
  const auto settled =
      when_all_settled<int>(std::vector<int>{}, 4, [](int v) { return pplx::task_from_result(v); });
  EXPECT_TRUE(settled.get().empty());
}

}  // namespace
}  // namespace tidegate
