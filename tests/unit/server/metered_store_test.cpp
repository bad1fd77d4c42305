#include "server/metrics/metered_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/services/virtual_clock.h"

namespace tidegate {
namespace {

using std::chrono::milliseconds;

/// A store whose calls end when a test says so.
class StubStore final : public state::DocumentStore {
 public:
  pplx::task<std::optional<state::Document>> get(state::Key) override {
    return pplx::task<std::optional<state::Document>>(got);
  }
  pplx::task<state::Page> query(state::RangeQuery) override {
    return pplx::task_from_exception<state::Page>(std::runtime_error("down"));
  }
  pplx::task<std::vector<std::uint64_t>> transact(std::vector<state::Write>) override {
    return pplx::task_from_exception<std::vector<std::uint64_t>>(state::ConditionFailed(2));
  }
  pplx::task<void> ping() override { return pplx::task_from_result(); }

  pplx::task_completion_event<std::optional<state::Document>> got;
};

class RecordingTelemetry final : public Telemetry {
 public:
  void outgoing_call(std::string_view, std::string_view, std::string_view, double) override {}
  void store_call(std::string_view call, std::string_view outcome, double seconds) override {
    told.push_back(std::string(call) + " " + std::string(outcome) + " " +
                   std::to_string(seconds).substr(0, 4));
  }
  void operation_started(std::string_view) override {}
  void operation_finished(std::string_view, std::string_view, double) override {}
  void operation_taken_over(std::string_view) override {}
  void operation_left(std::string_view) override {}

  std::vector<std::string> told;
};

TEST(MeteredStore, TellsEachCallsOutcomeAndDurationAndPassesItOn) {
  const auto stub = std::make_shared<StubStore>();
  const auto telemetry = std::make_shared<RecordingTelemetry>();
  const auto clock = std::make_shared<VirtualClock>();
  const auto store = make_metered_store(stub, telemetry, clock);

  const auto reading = store->get({"a", "b"});
  clock->advance(milliseconds(250));
  stub->got.set(state::Document{.key = {"a", "b"}, .body = "{}", .version = 7});
  EXPECT_EQ(reading.get()->version, 7U);
  EXPECT_THROW(store->query({"a"}).get(), std::runtime_error);
  EXPECT_THROW(store->transact({}).get(), state::ConditionFailed);
  store->ping().get();

  EXPECT_THAT(telemetry->told, testing::ElementsAre("get ok 0.25", "query error 0.00",
                                                    "transact condition_failed 0.00", "ping ok 0.00"));
}

}  // namespace
}  // namespace tidegate
