#include "services/alerts/alert_service.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "services/error.h"
#include "tests/unit/services/alerts_fake_channel.h"
#include "tests/unit/services/memory_store.h"
#include "tests/unit/services/virtual_clock.h"

namespace tidegate::alerts {
namespace {

using Json = nlohmann::json;
using operations::OperationRunner;
using operations::OperationsConfig;
using operations::OperationState;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* kCritical = R"({"id":"a-1","severity":"critical","message":"down"})";

/// One replica: its own runner, service and channels over a store that it shares with the others.
struct Replica {
  Replica(std::string id, std::shared_ptr<state::DocumentStore> store, std::shared_ptr<VirtualClock> clock,
          AlertsConfig config = {}, OperationsConfig operations = {})
      : runner(std::make_shared<OperationRunner>(store, clock, std::make_shared<NoTelemetry>(), operations,
                                                 std::move(id), false)),
        service({{"pagerduty", pagerduty}, {"slack", slack}, {"sms", sms}, {"email", email}}, store, clock,
                std::move(config), runner) {}

  std::shared_ptr<FakeChannel> pagerduty = std::make_shared<FakeChannel>("pd");
  std::shared_ptr<FakeChannel> slack = std::make_shared<FakeChannel>("slack");
  std::shared_ptr<FakeChannel> sms = std::make_shared<FakeChannel>("sms");
  std::shared_ptr<FakeChannel> email = std::make_shared<FakeChannel>("email");
  std::shared_ptr<OperationRunner> runner;
  AlertService service;
};

class AlertServiceTest : public testing::Test {
 protected:
  void TearDown() override { clock_->run_out(); }

  std::shared_ptr<VirtualClock> clock_ = std::make_shared<VirtualClock>();
  std::shared_ptr<state::MemoryStore> store_ = std::make_shared<state::MemoryStore>();

  static Json answer(const operations::Begun& begun) { return Json::parse(begun.answered.get()->result); }
  static Sender sender() { return {.principal = "ops", .request_id = "r-1", .claim = {}}; }
  /// Another replica has the operation now; whoever waited for it here has been told and has gone on.
  static void expect_lost(const operations::Begun& begun) {
    EXPECT_THROW(begun.finished.get(), Conflict);
    while (begun.finished._GetImpl().use_count() > 1) std::this_thread::yield();
  }
  static operations::IdempotencyClaim claim(const std::string& key) {
    return {"ops", "createAlert", key, "hash"};
  }
};

TEST_F(AlertServiceTest, TellsEveryChannelOfTheSeverityAndAnswersTheirMessageIds) {
  Replica replica("a", store_, clock_);

  const auto begun = replica.service.take_on(kCritical, sender()).get();
  const Json body = answer(begun);

  EXPECT_EQ(body["alert_id"], "a-1");
  EXPECT_EQ(body["severity"], "critical");
  EXPECT_EQ(body["notifications_sent"], 3);
  EXPECT_EQ(body["results"][0]["channel"], "pagerduty");
  EXPECT_EQ(body["results"][0]["status"], "success");
  EXPECT_EQ(body["results"][0]["message_id"], "pd-1");
  EXPECT_EQ(body["results"][2]["message_id"], "sms-1");
  EXPECT_EQ(body["routing"]["escalation_time"], 300);
  EXPECT_EQ(body["operation_id"], begun.created.id);
  EXPECT_EQ(begun.finished.get()->state, OperationState::kSucceeded);
  EXPECT_TRUE(replica.email->told.empty());
}

TEST_F(AlertServiceTest, WritesDeliveriesDownBeforeAnythingIsSent) {
  Replica replica("a", store_, clock_);
  std::vector<std::string> states_when_sent;
  replica.slack->on_notify = [&] {
    const auto page = replica.runner->list({}).get();
    for (const auto& step : page.operations.at(0).steps) states_when_sent.push_back(step.state);
  };

  replica.service.take_on(R"({"severity":"warning"})", sender()).get().finished.get();

  EXPECT_EQ(states_when_sent, (std::vector<std::string>{"applying", "applying"}));
}

TEST_F(AlertServiceTest, ListsAnAlertAsLongAsItsOperationCanBeRead) {
  OperationsConfig two_days;
  two_days.retention = std::chrono::hours(48);
  Replica replica("a", store_, clock_, {}, two_days);

  const auto operation = replica.service.take_on(kCritical, sender()).get().finished.get();

  const auto entries = store_->query({.partition = "alerts"}).get().documents;
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].expires_at, operation->created_at + std::chrono::hours(48));
}

TEST_F(AlertServiceTest, ListsAnAlertThatTookLongToDeliverAsLongAsItsOperationCanBeRead) {
  Replica replica("a", store_, clock_);
  replica.email->then_fail("busy", {.retryable = true, .retry_after = seconds(900)});
  const auto begun = replica.service.take_on(R"({"id":"slow"})", sender()).get();

  clock_->advance(seconds(900));

  const auto operation = begun.finished.get();
  EXPECT_EQ(operation->state, OperationState::kSucceeded);
  for (const char* partition : {"alerts", "alerts-of-severity/info", "alert/slow"}) {
    const auto entries = store_->query({.partition = partition}).get().documents;
    ASSERT_EQ(entries.size(), 1U) << partition;
    EXPECT_EQ(entries[0].expires_at, *operation->finished_at + OperationsConfig().retention) << partition;
  }
}

TEST_F(AlertServiceTest, DeliversOnTheOtherChannelsWhereOneFails) {
  Replica replica("a", store_, clock_);
  replica.slack->then_fail("Slack answered 404", {.retryable = false});

  const auto begun = replica.service.take_on(kCritical, sender()).get();
  const Json results = answer(begun)["results"];

  EXPECT_EQ(results[0]["status"], "success");
  EXPECT_EQ(results[1]["status"], "failed");
  EXPECT_EQ(results[1]["error"], "Slack answered 404");
  EXPECT_TRUE(results[1]["message_id"].is_null());
  EXPECT_EQ(results[2]["status"], "success");
  EXPECT_EQ(begun.finished.get()->state, OperationState::kPartiallySucceeded);
}

TEST_F(AlertServiceTest, AnswersAfterTheFirstAttemptAndGoesOnTrying) {
  Replica replica("a", store_, clock_);
  replica.sms->then_fail("throttled").then_fail("throttled");

  const auto begun = replica.service.take_on(kCritical, sender()).get();
  const Json sms = answer(begun)["results"][2];
  EXPECT_EQ(sms["status"], "pending");
  EXPECT_EQ(sms["error"], "throttled");
  EXPECT_EQ(sms["next_attempt_at"], "2026-01-05T04:30:05.000Z");
  EXPECT_FALSE(begun.finished.is_done());

  clock_->advance(milliseconds(4999));
  EXPECT_EQ(replica.sms->told.size(), 1U);
  clock_->advance(milliseconds(1));
  EXPECT_EQ(replica.sms->told.size(), 2U);
  clock_->advance(seconds(10));

  EXPECT_EQ(replica.sms->told.size(), 3U);
  EXPECT_EQ(begun.finished.get()->state, OperationState::kSucceeded);
  const auto record = replica.service.get("a-1").get();
  EXPECT_EQ(record.deliveries[2].state, DeliveryState::kDelivered);
  EXPECT_EQ(record.deliveries[2].attempts, 3);
  EXPECT_EQ(record.deliveries[2].message_id, "sms-3");
  EXPECT_EQ(replica.pagerduty->told.size(), 1U) << "what was delivered is not sent again";
}

TEST_F(AlertServiceTest, GivesUpAfterAsManyRetriesAsTheTableSays) {
  Replica replica("a", store_, clock_);
  for (int i = 0; i < 10; ++i) replica.email->then_fail("no");

  const auto begun = replica.service.take_on(R"({"severity":"info"})", sender()).get();
  clock_->advance(seconds(3600));

  EXPECT_EQ(replica.email->told.size(), 2U);
  EXPECT_EQ(begun.finished.get()->state, OperationState::kFailed);
  EXPECT_FALSE(begun.finished.get()->error.empty());
}

TEST_F(AlertServiceTest, LeavesAChannelInPeaceThatAsksForIt) {
  Replica replica("a", store_, clock_);
  replica.email->then_fail("busy", {.retryable = true, .retry_after = seconds(30)});
  const auto first = replica.service.take_on(R"({"id":"one"})", sender()).get();

  const auto second = replica.service.take_on(R"({"id":"two"})", sender()).get();
  const Json waiting = answer(second)["results"][0];
  EXPECT_EQ(waiting["status"], "pending");
  EXPECT_EQ(waiting["attempts"], 0);
  EXPECT_EQ(waiting["error"], "the channel has asked for no message before that time");
  EXPECT_EQ(waiting["next_attempt_at"], "2026-01-05T04:30:30.000Z");
  EXPECT_EQ(replica.email->told.size(), 1U) << "another alert does not push on either";

  clock_->advance(seconds(30));
  EXPECT_EQ(replica.email->told.size(), 3U);
  EXPECT_TRUE(first.finished.is_done());
  EXPECT_TRUE(second.finished.is_done());
}

TEST_F(AlertServiceTest, SaysSoWhereAChannelIsNotConfiguredAndDoesNotTry) {
  AlertsConfig config;
  config.routing.by_severity["info"].channels = {"carrier-pigeon", "email"};
  Replica replica("a", store_, clock_, config);

  const auto begun = replica.service.take_on("{}", sender()).get();
  const Json results = answer(begun)["results"];

  EXPECT_EQ(results[0]["status"], "failed");
  EXPECT_EQ(results[0]["error"], "the carrier-pigeon channel is not configured");
  EXPECT_EQ(results[0]["attempts"], 0);
  EXPECT_EQ(results[1]["status"], "success");
}

TEST_F(AlertServiceTest, AnswersWithoutAChannelThatTakesTooLong) {
  Replica replica("a", store_, clock_);
  const auto slow = replica.slack->then_hang();

  const auto begun = replica.service.take_on(kCritical, sender()).get();
  clock_->advance(milliseconds(11'999));
  EXPECT_FALSE(begun.answered.is_done());
  clock_->advance(milliseconds(1));
  EXPECT_EQ(answer(begun)["results"][1]["status"], "pending");
  EXPECT_FALSE(begun.finished.is_done());
  slow.set("slack-late");

  EXPECT_EQ(begun.finished.get()->state, OperationState::kSucceeded);
  EXPECT_EQ(replica.service.get("a-1").get().deliveries[1].message_id, "slack-late");
}

TEST_F(AlertServiceTest, ReplaysTheFirstAnswerByteForByteWhateverHappenedSince) {
  Replica replica("a", store_, clock_);
  replica.sms->then_fail("throttled");
  Sender first = sender();
  first.claim = claim("key-1");
  const auto begun = replica.service.take_on(kCritical, first).get();
  const std::string answered = begun.answered.get()->result;

  const auto early = replica.service.take_on(kCritical, first).get();
  clock_->advance(seconds(60));
  const auto late = replica.service.take_on(kCritical, first).get();

  EXPECT_TRUE(begun.finished.is_done());
  EXPECT_TRUE(early.replayed);
  EXPECT_TRUE(late.replayed);
  EXPECT_EQ(early.answered.get()->result, answered);
  EXPECT_EQ(late.answered.get()->result, answered);
  EXPECT_EQ(replica.pagerduty->told.size(), 1U);
}

TEST_F(AlertServiceTest, SendsAgainAfterACrashWhoseAttemptHasNoOutcome) {
  Replica dead("a", store_, clock_);  // never started: it does not renew its leases
  const auto never = dead.slack->then_hang();
  const auto begun = dead.service.take_on(kCritical, sender()).get();
  Replica heir("b", store_, clock_);
  heir.runner->start();

  clock_->advance(seconds(30));

  ASSERT_EQ(heir.slack->told.size(), 1U);
  EXPECT_EQ(heir.slack->told[0].dedup_token, dead.slack->told[0].dedup_token);
  EXPECT_TRUE(heir.pagerduty->told.empty()) << "what is on record as delivered is not sent again";
  EXPECT_TRUE(heir.sms->told.empty());
  const auto record = heir.service.get("a-1").get();
  EXPECT_EQ(record.deliveries[0].message_id, "pd-1");
  EXPECT_FALSE(record.deliveries[0].possible_duplicate);
  EXPECT_EQ(record.deliveries[1].state, DeliveryState::kDelivered);
  EXPECT_TRUE(record.deliveries[1].possible_duplicate);
  EXPECT_EQ(record.deliveries[1].attempts, 2);

  never.set("too late");
  expect_lost(begun);
  EXPECT_EQ(heir.service.get("a-1").get().deliveries[1].message_id, "slack-1");
  heir.runner->stop(milliseconds(0)).get();
  clock_->advance(seconds(60));
}

TEST_F(AlertServiceTest, KeepsTheTraceOfItsSenderWhoeverEndsIt) {
  Replica dead("a", store_, clock_);
  const auto never = dead.slack->then_hang();
  Sender traced = sender();
  traced.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const auto begun = dead.service.take_on(kCritical, traced).get();
  EXPECT_EQ(begun.created.trace_id(), "0af7651916cd43dd8448eb211c80319c");
  Replica heir("b", store_, clock_);
  heir.runner->start();

  clock_->advance(seconds(30));

  const auto ended = heir.runner->get(begun.created.id).get();
  EXPECT_EQ(ended.state, OperationState::kSucceeded);
  EXPECT_EQ(ended.traceparent, traced.traceparent);
  never.set("too late");
  expect_lost(begun);
  heir.runner->stop(milliseconds(0)).get();
  clock_->advance(seconds(60));
}

TEST_F(AlertServiceTest, HasNoTraceWhereItsSenderHadNone) {
  Replica replica("a", store_, clock_);

  const auto begun = replica.service.take_on(kCritical, sender()).get();

  EXPECT_EQ(replica.runner->get(begun.created.id).get().trace_id(), "");
}

TEST_F(AlertServiceTest, LetsAStopGoByWhileItWaitsForARetry) {
  Replica leaving("a", store_, clock_);
  leaving.sms->then_fail("busy", {.retryable = true, .retry_after = seconds(300)});
  const auto begun = leaving.service.take_on(kCritical, sender()).get();
  EXPECT_EQ(answer(begun)["results"][2]["status"], "pending");

  const auto stopped = leaving.runner->stop(seconds(30));

  EXPECT_TRUE(stopped.is_done()) << "it waits for what waits itself";
  Replica heir("b", store_, clock_);
  heir.runner->start();
  clock_->advance(seconds(301));
  EXPECT_EQ(heir.sms->told.size(), 1U);
  EXPECT_EQ(leaving.sms->told.size(), 1U) << "who gave the operation back sends nothing more";
  EXPECT_EQ(heir.service.get("a-1").get().deliveries[2].state, DeliveryState::kDelivered);
  expect_lost(begun);
  heir.runner->stop(milliseconds(0)).get();
  clock_->advance(seconds(60));
}

TEST_F(AlertServiceTest, StopWaitsForAChannelThatIsBeingTold) {
  Replica leaving("a", store_, clock_);
  leaving.sms->then_fail("busy", {.retryable = true, .retry_after = seconds(300)});
  const auto slow = leaving.slack->then_hang();
  const auto begun = leaving.service.take_on(kCritical, sender()).get();

  const auto stopped = leaving.runner->stop(seconds(30));
  clock_->advance(seconds(13));
  EXPECT_FALSE(stopped.is_done());
  slow.set("slack-late");
  clock_->advance(seconds(1));

  EXPECT_TRUE(stopped.is_done());
  EXPECT_EQ(leaving.service.get("a-1").get().deliveries[1].message_id, "slack-late");
  clock_->advance(seconds(300));
  expect_lost(begun);
}

TEST_F(AlertServiceTest, KeepsADeadReplicasRetryTimes) {
  Replica dead("a", store_, clock_);
  dead.sms->then_fail("busy", {.retryable = true, .retry_after = seconds(300)});
  dead.sms->then_fail("the dead send nothing", {.retryable = false});
  const auto begun = dead.service.take_on(kCritical, sender()).get();
  Replica heir("b", store_, clock_);
  heir.runner->start();

  clock_->advance(seconds(299));
  EXPECT_TRUE(heir.sms->told.empty());
  clock_->advance(seconds(1));

  ASSERT_EQ(heir.sms->told.size(), 1U);
  EXPECT_EQ(dead.sms->told.size(), 1U);
  const auto record = heir.service.get("a-1").get();
  EXPECT_EQ(record.deliveries[2].state, DeliveryState::kDelivered);
  EXPECT_FALSE(record.deliveries[2].possible_duplicate);
  expect_lost(begun);
  heir.runner->stop(milliseconds(0)).get();
  clock_->advance(seconds(60));
}

TEST_F(AlertServiceTest, ListsNewestFirstByPageAndSeverity) {
  Replica replica("a", store_, clock_);
  for (int i = 0; i < 5; ++i) {
    const std::string severity = i % 2 == 0 ? "critical" : "info";
    const std::string alert = R"({"id":"n-)" + std::to_string(i) + R"(","severity":")" + severity + "\"}";
    replica.service.take_on(alert, sender()).get();
    clock_->advance(milliseconds(5));
  }
  const auto ids = [](const AlertPage& page) {
    std::vector<std::string> all;
    for (const auto& record : page.alerts) all.push_back(record.alert.id);
    return all;
  };

  const auto first = replica.service.list({.severity = {}, .limit = 2, .cursor = {}}).get();
  const auto second = replica.service.list({.severity = {}, .limit = 2, .cursor = first.next_cursor}).get();
  const auto third = replica.service.list({.severity = {}, .limit = 2, .cursor = second.next_cursor}).get();
  EXPECT_EQ(ids(first), (std::vector<std::string>{"n-4", "n-3"}));
  EXPECT_EQ(ids(second), (std::vector<std::string>{"n-2", "n-1"}));
  EXPECT_EQ(ids(third), (std::vector<std::string>{"n-0"}));
  EXPECT_EQ(third.next_cursor, "");

  const auto critical = replica.service.list({.severity = "critical", .limit = 20, .cursor = {}}).get();
  EXPECT_EQ(ids(critical), (std::vector<std::string>{"n-4", "n-2", "n-0"}));
  EXPECT_THROW(replica.service.list({.severity = {}, .limit = 2, .cursor = "x"}).get(), InvalidRequest);
}

TEST_F(AlertServiceTest, FindsTheNewestOfAnIdThatWasUsedTwice) {
  Replica replica("a", store_, clock_);
  replica.service.take_on(R"({"id":"same","message":"old"})", sender()).get();
  clock_->advance(milliseconds(5));
  replica.service.take_on(R"({"id":"same","message":"new"})", sender()).get();

  EXPECT_EQ(replica.service.get("same").get().alert.message, "new");
  EXPECT_THROW(replica.service.get("other").get(), NotFound);
}

TEST_F(AlertServiceTest, MakesAnIdUpWhereTheSenderGaveNone) {
  Replica replica("a", store_, clock_);

  const Json body = answer(replica.service.take_on("{}", sender()).get());

  const std::string id = body["alert_id"];
  EXPECT_TRUE(id.starts_with("alert_")) << id;
  EXPECT_EQ(replica.service.get(id).get().alert.id, id);
}

TEST_F(AlertServiceTest, TellsAChannelOnceThatTheTableNamesTwice) {
  AlertsConfig config;
  config.routing.by_severity["info"].channels = {"email", "email"};
  Replica replica("a", store_, clock_, config);

  const Json body = answer(replica.service.take_on("{}", sender()).get());

  EXPECT_EQ(body["notifications_sent"], 1);
  EXPECT_EQ(replica.email->told.size(), 1U);
}

TEST_F(AlertServiceTest, SucceedsWithNothingToSendWhereTheTableSaysSo) {
  AlertsConfig config;
  config.routing.by_severity["info"].channels = {};
  Replica replica("a", store_, clock_, config);

  const auto begun = replica.service.take_on("{}", sender()).get();

  EXPECT_EQ(answer(begun)["notifications_sent"], 0);
  EXPECT_EQ(begun.finished.get()->state, OperationState::kSucceeded);
}

TEST_F(AlertServiceTest, WritesFiveTimesAndOnceAChannelAtMostWhereAllGoesWell) {
  Replica replica("a", store_, clock_);

  replica.service.take_on(kCritical, sender()).get().finished.get();

  // begun, indexed, attempts begun, answered, finished, and the three outcomes
  EXPECT_LE(store_->transactions(), 8U);
}

TEST_F(AlertServiceTest, IsNotBuiltOnATableThatCantBeUsed) {
  AlertsConfig config;
  config.routing.default_severity = "nothing";
  EXPECT_THROW(Replica("a", store_, clock_, config), InvalidRequest);
}

}  // namespace
}  // namespace tidegate::alerts
