#include "services/operations/runner.h"

#include <gtest/gtest.h>

#include <set>

#include "services/async/task.h"
#include "services/error.h"
#include "tests/unit/services/memory_store.h"
#include "tests/unit/services/virtual_clock.h"

namespace tidegate::operations {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Held = std::shared_ptr<HeldOperation>;

constexpr std::size_t kTooLarge = 400'000;  // bytes; no store takes a document of that size

class OperationRunnerTest : public testing::Test {
 protected:
  std::shared_ptr<OperationRunner> runner(const std::string& replica, Work work,
                                          OperationsConfig config = {}) {
    auto made = std::make_shared<OperationRunner>(store_, clock_, std::make_shared<NoTelemetry>(), config,
                                                  replica, false);
    made->on("test", std::move(work));
    return made;
  }
  static NewOperation request(const std::string& key = "") {
    NewOperation asked;
    asked.kind = "test";
    asked.principal = "ops";
    asked.request = "{}";
    if (!key.empty()) asked.claim = IdempotencyClaim{"ops", "doTest", key, "hash"};
    return asked;
  }
  Operation stored(OperationRunner& by, const std::string& id) const { return by.get(id).get(); }

  std::shared_ptr<VirtualClock> clock_ = std::make_shared<VirtualClock>();
  std::shared_ptr<state::MemoryStore> store_ = std::make_shared<state::MemoryStore>();
};

Outcome succeeded(std::string result = "{}") {
  return {OperationState::kSucceeded, std::move(result), "", false};
}
Outcome failed_without_a_change() { return {OperationState::kFailed, "", "it failed", true}; }

pplx::task<Outcome> succeed(Held) { co_return succeeded(); }

TEST_F(OperationRunnerTest, OutlivesWorkThatThrowsAfterATakeover) {
  const pplx::task_completion_event<void> gate;
  auto dead = runner("dead", [gate](Held) -> pplx::task<Outcome> {
    co_await pplx::task<void>(gate);
    co_return succeeded();
  });
  auto heir = runner("heir", [](Held) -> pplx::task<Outcome> { throw std::runtime_error("no such thing"); });
  const auto begun = dead->begin(request()).get();

  heir->start();
  clock_->advance(seconds(30));

  const auto operation = stored(*heir, begun.created.id);
  EXPECT_EQ(operation.state, OperationState::kFailed);
  EXPECT_EQ(operation.error, "no such thing");
  heir->stop(milliseconds(0)).get();
  clock_->run_out();
  gate.set();
  EXPECT_THROW(begun.finished.get(), LeaseLost);
}

TEST_F(OperationRunnerTest, EndsAnOperationWhoseRecordOutgrowsTheStore) {
  auto growing = runner("a", [](Held held) -> pplx::task<Outcome> {
    co_await held->record([](Operation& operation) {
      operation.steps.push_back({"large", "decided", "\"" + std::string(kTooLarge, 'x') + "\""});
    });
    co_return succeeded();
  });

  const auto begun = growing->begin(request("key")).get();

  EXPECT_THROW(begun.finished.get(), InvalidRequest);
  const auto operation = stored(*growing, begun.created.id);
  EXPECT_EQ(operation.state, OperationState::kFailed);
  EXPECT_FALSE(operation.error.empty());
  EXPECT_TRUE(operation.steps.empty());
  EXPECT_FALSE(growing->begin(request("key")).get().replayed) << "nothing was changed: the key is free";
}

TEST_F(OperationRunnerTest, EndsAnOperationWhoseResultOutgrowsTheStore) {
  auto verbose = runner("a", [](Held held) -> pplx::task<Outcome> {
    co_await held->record([](Operation& operation) { operation.steps.push_back({"one", "done", "{}"}); });
    co_return succeeded("\"" + std::string(kTooLarge, 'x') + "\"");
  });

  const auto begun = verbose->begin(request("key")).get();

  EXPECT_THROW(begun.finished.get(), InvalidRequest);
  const auto operation = stored(*verbose, begun.created.id);
  EXPECT_EQ(operation.state, OperationState::kFailed);
  EXPECT_EQ(operation.steps.at(0).state, "done") << "what is known of it stays";
  EXPECT_TRUE(verbose->begin(request("key")).get().replayed) << "something was changed: the key is taken";
}

TEST_F(OperationRunnerTest, ReplaysAnAnswerThatWasGivenWhateverCameOfIt) {
  auto failing_later = runner("a", [](Held held) -> pplx::task<Outcome> {
    co_await held->answer(R"({"scaling":"initiated"})");
    co_return failed_without_a_change();
  });
  failing_later->begin(request("key")).get().finished.get();

  const auto again = failing_later->begin(request("key")).get();

  EXPECT_TRUE(again.replayed);
  EXPECT_EQ(again.answered.get()->result, R"({"scaling":"initiated"})");
}

TEST_F(OperationRunnerTest, ReplaysAnAcceptedOperationAsItWas) {
  auto quick = runner("a", succeed);
  auto asked = request("key");
  asked.request = R"({"z":"\"quoted\"","a":[1,2.5]})";
  asked.answer_accepted = true;
  const auto first = quick->begin(asked).get();
  first.finished.get();

  const auto again = quick->begin(asked).get();

  EXPECT_TRUE(again.replayed);
  EXPECT_EQ(again.answered.get()->request, asked.request);
  EXPECT_EQ(again.answered.get()->state, OperationState::kRunning);
}

TEST_F(OperationRunnerTest, KeepsTheKeyOfANewerOperation) {
  const pplx::task_completion_event<void> gate;
  bool slow = true;
  auto work = runner("a", [gate, &slow](Held) -> pplx::task<Outcome> {
    if (!std::exchange(slow, false)) co_return succeeded(R"("newer")");
    co_await pplx::task<void>(gate);
    co_return failed_without_a_change();
  });
  const auto older = work->begin(request("key")).get();
  work->start();
  clock_->advance(std::chrono::hours(25));
  // The store forgets the claim after its day; this one does not, so that is done here.
  store_->transact({state::Write::erase({"idempotency/ops", "key"}, state::Condition::none())}).get();
  work->begin(request("key")).get().finished.get();

  gate.set();
  older.finished.get();

  EXPECT_EQ(work->begin(request("key")).get().answered.get()->result, R"("newer")");
  work->stop(milliseconds(0)).get();
  clock_->run_out();
}

TEST_F(OperationRunnerTest, TakesItsOwnOperationOverWhereItLostTheLease) {
  bool first = true;
  auto alone = runner("a", [this, &first](Held held) -> pplx::task<Outcome> {
    if (!std::exchange(first, false)) co_return succeeded();
    store_->fail_next(1'000);
    try {
      co_await held->record([](Operation&) {});
    } catch (const Error&) {
      // the lease is lost; another part of the work sleeps for long
    }
    co_await clock_->sleep_for(seconds(900));
    co_return succeeded();
  });
  alone->start();
  const auto begun = alone->begin(request()).get();
  clock_->advance(seconds(8));
  clock_->wait_for_sleepers(
      3);  // the work, which goes on from its failure on the pool, and the runner's two loops
  store_->fail_next(0);

  clock_->advance(seconds(30));

  EXPECT_EQ(stored(*alone, begun.created.id).state, OperationState::kSucceeded);
  alone->stop(milliseconds(0)).get();
  clock_->run_out();
  EXPECT_THROW(begun.finished.get(), LeaseLost);
}

TEST_F(OperationRunnerTest, RefusesMoreThanItMayHold) {
  const pplx::task_completion_event<void> gate;
  OperationsConfig one;
  one.running_max = 1;
  auto busy = runner(
      "a",
      [gate](Held) -> pplx::task<Outcome> {
        co_await pplx::task<void>(gate);
        co_return succeeded();
      },
      one);
  const auto begun = busy->begin(request()).get();

  EXPECT_THROW(busy->begin(request()).get(), UpstreamFailure);

  gate.set();
  begun.finished.get();
  EXPECT_NO_THROW(busy->begin(request()).get());
}

TEST_F(OperationRunnerTest, ListsEveryOperationHoweverShortTheStoresPages) {
  auto quick = runner("a", succeed);
  std::vector<std::string> newest_first;
  for (int i = 0; i < 50; ++i) {
    clock_->advance(milliseconds(1));
    newest_first.insert(newest_first.begin(), quick->begin(request()).get().created.id);
  }
  store_->give_pages_of(1);

  std::vector<std::string> listed;
  OperationFilter filter;
  filter.limit = 12;
  for (int pages = 0; pages < 50; ++pages) {
    const auto page = quick->list(filter).get();
    for (const auto& operation : page.operations) listed.push_back(operation.id);
    if (page.next_cursor.empty()) break;
    filter.cursor = page.next_cursor;
  }

  EXPECT_EQ(listed, newest_first);
}

TEST_F(OperationRunnerTest, FindsARareOperationBehindManyOthers) {
  auto mixed = runner("a", [](Held held) -> pplx::task<Outcome> {
    if (held->snapshot().request == "1") co_return failed_without_a_change();
    co_return succeeded();
  });
  auto asked = request();
  asked.request = "1";
  const auto rare = mixed->begin(asked).get();
  for (int i = 0; i < 40; ++i) {
    clock_->advance(milliseconds(1));
    mixed->begin(request()).get();
  }

  OperationFilter failed;
  failed.state = OperationState::kFailed;
  failed.limit = 1;
  const auto page = mixed->list(failed).get();

  ASSERT_EQ(page.operations.size(), 1U);
  EXPECT_EQ(page.operations[0].id, rare.created.id);
}

}  // namespace
}  // namespace tidegate::operations
