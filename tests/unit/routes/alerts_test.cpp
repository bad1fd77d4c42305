#include "routes/alerts.h"

#include "services/error.h"
#include "tests/unit/routes/alerts_fixture.h"

namespace tidegate::routes {
namespace {

using Json = nlohmann::json;

class AlertRoutes : public WithAlerts {
 protected:
  void SetUp() override { add_alert_routes(routes_, alerts_); }

  Answer ask(const char* operation_id, Call call) {
    return (*routes_.find(operation_id))(std::move(call)).get();
  }
  Answer post(const std::string& body) { return ask("createAlert", call_with(body)); }

  Routes routes_;
};

TEST_F(AlertRoutes, TakeOnABareAlertAndSayWhereItIs) {
  const Answer answer = post(R"({"id":"a/1 ñ","severity":"warning","title":"Disk"})");

  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(header_of(answer, "Location"), "/alerts/a%2F1%20%C3%B1");
  const Json body = body_of(answer);
  EXPECT_EQ(body["alert_id"], "a/1 ñ");
  EXPECT_EQ(body["notifications_sent"], 2);
  EXPECT_EQ(slack_->told.at(0).title, "Disk");
}

TEST_F(AlertRoutes, TakeOnTheSeedsEventToo) {
  const Answer answer = post(R"({"alert":{"id":"a-1","severity":"info","message":"hello"}})");

  EXPECT_EQ(body_of(answer)["alert_id"], "a-1");
  EXPECT_EQ(email_->told.at(0).message, "hello");
}

TEST_F(AlertRoutes, RefuseAnAlertThatIsNoObject) { EXPECT_THROW(post(R"({"alert":7})"), InvalidRequest); }

TEST_F(AlertRoutes, AnswerAtOnceWhoPrefersIt) {
  slack_->then_hang();
  Call call = call_with(R"({"severity":"warning"})");
  call.prefer_async = true;

  const Answer answer = ask("createAlert", call);

  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(header_of(answer, "Location"),
            "/operations/" + body_of(answer)["operation_id"].get<std::string>());
}

TEST_F(AlertRoutes, ReplayWhatAnIdempotencyKeyWasAnsweredWith) {
  Call call = call_with(R"({"severity":"info"})");
  call.idempotency = operations::IdempotencyClaim{"ops", "createAlert", "k", "hash"};
  const Answer first = ask("createAlert", call);

  const Answer again = ask("createAlert", call);
  call.prefer_async = true;
  const Answer later = ask("createAlert", call);

  EXPECT_EQ(header_of(first, "Idempotent-Replayed"), "");
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(*again.body, *first.body);
  EXPECT_EQ(header_of(again, "Idempotent-Replayed"), "true");
  EXPECT_EQ(later.status, 201);
  EXPECT_EQ(*later.body, *first.body);
  EXPECT_EQ(email_->told.size(), 1U);
}

TEST_F(AlertRoutes, ReplayThatARequestWasAccepted) {
  Call call = call_with(R"({"severity":"info"})");
  call.idempotency = operations::IdempotencyClaim{"ops", "createAlert", "k", "hash"};
  call.prefer_async = true;
  const Answer first = ask("createAlert", call);

  call.prefer_async = false;
  const Answer again = ask("createAlert", call);

  EXPECT_EQ(again.status, 202);
  EXPECT_EQ(body_of(again)["operation_id"], body_of(first)["operation_id"]);
  EXPECT_EQ(header_of(again, "Idempotent-Replayed"), "true");
}

TEST_F(AlertRoutes, ShowAnAlertAsItsDeliveriesStand) {
  email_->then_fail("throttled");
  post(R"({"id":"a-1","severity":"warning","rack":7})");
  Call call;
  call.path.set("alert_id", std::string("a-1"));

  EXPECT_EQ(body_of(ask("getAlert", call))["results"][1]["status"], "pending");
  clock_->advance(std::chrono::seconds(5));
  const Json body = body_of(ask("getAlert", call));

  EXPECT_EQ(body["results"][1]["status"], "success");
  EXPECT_EQ(body["results"][1]["attempts"], 2);
  EXPECT_EQ(body["alert"]["rack"], 7);
  EXPECT_EQ(body["created_at"], "2026-01-05T04:30:00.000Z");
  EXPECT_EQ(body["routing"]["channels"], Json({"slack", "email"}));

  call.path.set("alert_id", std::string("other"));
  EXPECT_THROW(ask("getAlert", call), NotFound);
}

TEST_F(AlertRoutes, ListPagesThatLeadToTheNext) {
  for (const char* id : {"a", "b", "c"}) {
    post(std::string(R"({"severity":"a b","id":")") + id + "\"}");
    clock_->advance(std::chrono::milliseconds(2));
  }
  Call call;
  call.query.set("limit", std::int64_t{2});
  call.query.set("severity", std::string("a b"));

  const Json first = body_of(ask("listAlerts", call));
  EXPECT_EQ(first["items"].size(), 2U);
  EXPECT_EQ(first["items"][0]["alert_id"], "c");
  const std::string cursor = first["next_cursor"];
  EXPECT_EQ(first["next"], "/alerts?severity=a%20b&cursor=" + cursor + "&limit=2");
  call.query.set("cursor", cursor);
  const Json last = body_of(ask("listAlerts", call));

  EXPECT_EQ(last["items"].size(), 1U);
  EXPECT_TRUE(last["next_cursor"].is_null());
  EXPECT_TRUE(last["next"].is_null());
}

TEST_F(AlertRoutes, RefuseACursorOfAnotherListOrOneThatWasCut) {
  for (const char* id : {"a", "b"}) {
    post(std::string(R"({"severity":"info","id":")") + id + "\"}");
    clock_->advance(std::chrono::milliseconds(2));
  }
  Call call;
  call.query.set("limit", std::int64_t{1});
  const std::string cursor = body_of(ask("listAlerts", call))["next_cursor"];

  for (const auto& wrong :
       {cursor.substr(0, cursor.size() - 1), cursor + "x", std::string("op_1"), std::string(".")}) {
    call.query.set("cursor", wrong);
    EXPECT_THROW(ask("listAlerts", call), InvalidRequest) << wrong;
  }
  call.query.set("cursor", cursor);
  EXPECT_EQ(body_of(ask("listAlerts", call))["items"][0]["alert_id"], "a");
  call.query.set("severity", std::string("info"));
  EXPECT_THROW(ask("listAlerts", call), InvalidRequest);
}

}  // namespace
}  // namespace tidegate::routes
