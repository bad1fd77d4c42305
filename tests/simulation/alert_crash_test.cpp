// A replica dies at every write that it makes for an alert, one after another; a second one goes on. Whatever
// the moment, an alert that was written down reaches every channel, and where a channel was told twice the
// record says that it may have been.

#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "sandbox/sqlite_store.h"
#include "services/alerts/alert_service.h"
#include "services/async/task.h"
#include "tests/simulation/mortal_store.h"
#include "tests/unit/sandbox/temporary_dir.h"
#include "tests/unit/services/virtual_clock.h"

namespace tidegate {
namespace {

using alerts::AlertService;
using alerts::DeliveryFailed;
using alerts::DeliveryState;
using alerts::Notification;
using operations::OperationRunner;

/// People: how often each channel told them of one delivery. The second attempt on "sms" is the first that
/// works.
class People {
 public:
  std::string tell(const std::string& channel, const std::string& token) {
    const std::lock_guard lock(mutex_);
    const int times = ++attempts_[channel];
    tokens_[channel].insert(token);
    if (channel == "sms" && times == 1) throw DeliveryFailed("throttled", true);
    ++told_[channel];
    return channel + "-" + std::to_string(times);
  }
  std::map<std::string, int> told() const {
    const std::lock_guard lock(mutex_);
    return told_;
  }
  std::map<std::string, std::set<std::string>> tokens() const {
    const std::lock_guard lock(mutex_);
    return tokens_;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, int> attempts_;
  std::map<std::string, int> told_;
  std::map<std::string, std::set<std::string>> tokens_;
};

class ToPeople final : public alerts::Channel {
 public:
  ToPeople(std::string name, std::shared_ptr<People> people)
      : name_(std::move(name)), people_(std::move(people)) {}
  pplx::task<std::string> notify(Notification notification, Deadline) override {
    co_return people_->tell(name_, notification.dedup_token);
  }

 private:
  std::string name_;
  std::shared_ptr<People> people_;
};

struct Replica {
  Replica(const std::string& name, const std::shared_ptr<state::DocumentStore>& store,
          const std::shared_ptr<Clock>& clock, const std::shared_ptr<People>& people)
      : runner(std::make_shared<OperationRunner>(store, clock, std::make_shared<NoTelemetry>(),
                                                 operations::OperationsConfig{}, name, false)),
        service({{"pagerduty", std::make_shared<ToPeople>("pagerduty", people)},
                 {"slack", std::make_shared<ToPeople>("slack", people)},
                 {"sms", std::make_shared<ToPeople>("sms", people)}},
                store, clock, {}, runner) {}

  std::shared_ptr<OperationRunner> runner;
  AlertService service;
};

class AlertCrash : public testing::TestWithParam<std::tuple<int, bool>> {};

TEST_P(AlertCrash, LosesNoDeliveryAndOwnsUpToEachThatMayHaveComeTwice) {
  const auto [writes, last_is_written] = GetParam();
  const sandbox::TemporaryDir dir;
  const auto clock = std::make_shared<VirtualClock>();
  const auto store = std::make_shared<sandbox::SqliteStore>(dir.path(), *clock);
  const auto mortal = std::make_shared<MortalStore>(store, writes, last_is_written);
  const auto people = std::make_shared<People>();
  Replica first("first", mortal, clock, people);
  Replica second("second", store, clock, people);

  bool begun = true;
  pplx::task<operations::SharedOperation> finished;
  try {
    const auto taken_on =
        first.service.take_on(R"({"id":"a-1","severity":"critical"})", {"test", "request", {}, false}).get();
    finished = taken_on.finished;
  } catch (const UpstreamFailure&) {
    begun = false;
  }
  second.runner->start();
  // Time for two leases and all retries, in scans' steps; pool threads finish their part in between.
  operations::OperationPage page;
  for (int i = 0; i < 400; ++i) {
    clock->advance(std::chrono::milliseconds(100));
    page = second.runner->list({}).get();
    const bool open = std::ranges::any_of(page.operations, [](const auto& one) { return !one.finished(); });
    if (!open && (i > 300 || !mortal->dead())) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

  if (!begun && page.operations.empty()) {
    EXPECT_TRUE(people->told().empty()) << "nobody is told of what was not written down";
    return;
  }
  ASSERT_EQ(page.operations.size(), 1U);
  EXPECT_EQ(page.operations[0].state, operations::OperationState::kSucceeded) << page.operations[0].error;
  const auto record = second.service.get("a-1").get();
  const auto told = people->told();
  ASSERT_EQ(record.deliveries.size(), 3U);
  for (const auto& delivery : record.deliveries) {
    EXPECT_EQ(delivery.state, DeliveryState::kDelivered) << delivery.channel;
    ASSERT_TRUE(told.contains(delivery.channel)) << delivery.channel;
    EXPECT_LE(told.at(delivery.channel), 2) << delivery.channel;
    EXPECT_TRUE(told.at(delivery.channel) == 1 || delivery.possible_duplicate) << delivery.channel;
  }
  for (const auto& [channel, tokens] : people->tokens()) EXPECT_EQ(tokens.size(), 1U) << channel;
  clock->advance(std::chrono::minutes(1));  // the first replica's retries end
}

INSTANTIATE_TEST_SUITE_P(AtEveryWrite, AlertCrash, testing::Combine(testing::Range(0, 12), testing::Bool()));

}  // namespace
}  // namespace tidegate
