#include "server/health.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "services/error.h"
#include "tests/unit/services/virtual_clock.h"

namespace tidegate {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

/// A service with one check that a test answers.
class HealthTest : public testing::Test {
 protected:
  HealthTest() { health.add_routes(routes); }
  void TearDown() override { clock->run_out(); }

  pplx::task<routes::Answer> ask(const std::string& operation, bool verbose = false) {
    routes::Call call;
    if (verbose) call.query.set("verbose", true);
    return (*routes.find(operation))(call);
  }
  json body(const std::string& operation, bool verbose = false) {
    return json::parse(*ask(operation, verbose).get().body);
  }

  std::shared_ptr<VirtualClock> clock = std::make_shared<VirtualClock>();
  int asked = 0;
  std::function<pplx::task<std::string>()> answer = [] {
    return pplx::task_from_result<std::string>("sqlite");
  };
  Health health{HealthConfig{.sandbox = true},
                {{"state_store",
                  [this](Deadline) {
                    ++asked;
                    return answer();
                  }}},
                clock};
  routes::Routes routes;
};

TEST_F(HealthTest, IsAliveWithoutAskingAnything) {
  answer = []() -> pplx::task<std::string> { throw Conflict("down"); };

  EXPECT_EQ(ask("getLiveness").get().status, 200);
  EXPECT_EQ(body("getLiveness"), json::parse(R"({"status":"ok"})"));
  EXPECT_EQ(asked, 0);
}

TEST_F(HealthTest, IsReadyWhileItsChecksPass) {
  EXPECT_EQ(ask("getReadiness").get().status, 200);
  EXPECT_EQ(body("getReadiness"),
            json::parse(R"({"status":"ready","version":")" TIDEGATE_VERSION R"(","sandbox":true})"));
  EXPECT_EQ(body("getHealth", true).at("checks"),
            json::parse(R"([{"name":"state_store","ok":true,"detail":"sqlite","duration_ms":0.0}])"));
}

TEST_F(HealthTest, SaysWhatFailedWithoutBeingAsked) {
  answer = []() -> pplx::task<std::string> { throw Conflict("the disk is full"); };
  const auto answered = ask("getReadiness").get();

  EXPECT_EQ(answered.status, 503);
  EXPECT_NE(answered.headers.find("retry-after"), nullptr);
  const json checks = json::parse(*answered.body).at("checks");
  EXPECT_EQ(checks.at(0).at("ok"), false);
  EXPECT_EQ(checks.at(0).at("detail"), "the disk is full");
}

TEST_F(HealthTest, ChecksOnceASecondHoweverManyAsk) {
  for (int i = 0; i < 10; ++i) ask("getReadiness").get();
  EXPECT_EQ(asked, 1);

  clock->advance(milliseconds(999));
  ask("getReadiness").get();
  EXPECT_EQ(asked, 1);
  clock->advance(milliseconds(1));
  ask("getReadiness").get();
  EXPECT_EQ(asked, 2);
}

TEST_F(HealthTest, LetsEveryoneWaitForTheRoundThatRuns) {
  const pplx::task_completion_event<std::string> slow;
  answer = [slow] { return pplx::task<std::string>(slow); };
  const auto first = ask("getReadiness");
  const auto second = ask("getReadiness");
  EXPECT_FALSE(first.is_done());

  slow.set("late");

  EXPECT_EQ(first.get().status, 200);
  EXPECT_EQ(second.get().status, 200);
  EXPECT_EQ(asked, 1);
}

TEST_F(HealthTest, GivesUpACheckThatHangs) {
  const pplx::task_completion_event<std::string> never;
  answer = [never] { return pplx::task<std::string>(never); };
  const auto waiting = ask("getReadiness");

  clock->advance(milliseconds(1999));
  EXPECT_FALSE(waiting.is_done());
  clock->advance(milliseconds(1));

  ASSERT_TRUE(waiting.is_done());
  EXPECT_EQ(waiting.get().status, 503);
  EXPECT_THAT(*waiting.get().body, testing::HasSubstr("no answer within 2000 ms"));
  never.set("after all");
}

TEST_F(HealthTest, IsNotReadyOnceItShutsDownThoughAlive) {
  ask("getReadiness").get();
  health.become_unready("shutting down");

  EXPECT_EQ(ask("getReadiness").get().status, 503);
  EXPECT_THAT(*ask("getReadiness").get().body, testing::HasSubstr("shutting down"));
  EXPECT_EQ(ask("getLiveness").get().status, 200);
}

}  // namespace
}  // namespace tidegate
