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

/// Counts how often a result was copied on its way.
struct Counted {
  std::string text;
  int* copies = nullptr;

  Counted() = default;
  Counted(std::string what, int* counter) : text(std::move(what)), copies(counter) {}
  Counted(const Counted& other) : text(other.text), copies(other.copies) { count(); }
  Counted& operator=(const Counted& other) {
    text = other.text;
    copies = other.copies;
    count();
    return *this;
  }
  Counted(Counted&&) = default;
  Counted& operator=(Counted&&) = default;
  ~Counted() = default;

 private:
  void count() const {
    if (copies != nullptr) ++*copies;
  }
};

pplx::task<Counted> made_after(pplx::task<void> gate, int* copies) {
  co_await gate;
  co_return Counted("made", copies);
}

pplx::task<Counted> handed_on(pplx::task<void> gate, int* copies) {
  Counted result = co_await made_after(gate, copies);
  co_return result;
}

pplx::task<std::string> text_of(pplx::task<void> gate, int* copies) {
  const Counted result = co_await handed_on(gate, copies);
  co_return result.text;
}

pplx::task<std::string> asked_twice(pplx::task<void> gate, int* copies) {
  const auto task = made_after(gate, copies);
  const Counted first = co_await task;
  const Counted second = co_await task;
  co_return first.text + second.text;
}

TEST(Task, HandsAResultOnWithoutCopyingIt) {
  int copies = 0;
  EXPECT_EQ(text_of(pplx::task_from_result(), &copies).get(), "made");
  const pplx::task_completion_event<void> gate;
  const auto waiting = text_of(pplx::task<void>(gate), &copies);
  gate.set();
  EXPECT_EQ(waiting.get(), "made");
  EXPECT_EQ(copies, 0);
}

TEST(Task, KeepsAResultThatOthersMayAskFor) {
  int copies = 0;
  const pplx::task_completion_event<void> gate;
  const auto waiting = asked_twice(pplx::task<void>(gate), &copies);
  const auto another = asked_twice(pplx::task_from_result(), &copies);
  gate.set();
  EXPECT_EQ(waiting.get(), "mademade");
  EXPECT_EQ(another.get(), "mademade");
}

TEST(Task, AFailureIsSeenByEveryWaiter) {
  const pplx::task_completion_event<void> gate;
  const auto failing = fails_after(pplx::task<void>(gate));
  const auto one = doubled(failing);
  const auto two = doubled(failing);

  gate.set();

  EXPECT_THROW(one.get(), std::runtime_error);
  EXPECT_THROW(two.get(), std::runtime_error);
}

TEST(Completion, CompletesItsTaskOnce) {
  Completion<std::string> completion;
  const auto task = completion.task();
  EXPECT_FALSE(task.is_done());

  completion.set_value("done");
  completion.publish();

  EXPECT_EQ(task.get(), "done");
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
