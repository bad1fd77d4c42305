#include "routes/invoke.h"

#include "services/error.h"
#include "tests/unit/routes/alerts_fixture.h"

namespace tidegate::routes {
namespace {

using Json = nlohmann::json;

/// One pool, one price, a forecast of two types.
struct Market final : pricing::OnDemandPrices,
                      pricing::SpotPrices,
                      spot::InterruptionSource,
                      spot::PricePredictor {
  std::string region;
  bool down = false;

  pplx::task<std::map<std::string, pricing::Quote>> on_demand(std::string, std::vector<std::string>,
                                                              Deadline) override {
    std::map<std::string, pricing::Quote> quotes;
    quotes["m5.large"] = {0.1, "test", Instant{}};
    return pplx::task_from_result(quotes);
  }
  pplx::task<std::vector<pricing::SpotQuote>> spot(std::string where, std::vector<std::string>,
                                                   std::vector<std::string>, Deadline) override {
    region = where;
    if (down)
      throw UpstreamFailure("EC2 is down", {.service = "EC2", .operation = "DescribeSpotPriceHistory"});
    std::vector<pricing::SpotQuote> quotes;
    quotes.push_back({"m5.large", where + "a", {0.04, "test", Instant{}}});
    return pplx::task_from_result(quotes);
  }
  pplx::task<std::map<std::string, spot::InterruptionBucket>> buckets(std::string, Deadline) override {
    std::map<std::string, spot::InterruptionBucket> all;
    all["m5.large"] = {1, "5-10%", "test", Instant{}};
    return pplx::task_from_result(all);
  }
  pplx::task<spot::PriceForecast> predict(std::string, Deadline) override {
    spot::PriceForecast forecast{{}, "test", ""};
    forecast.by_pool["m5.large"]["us-east-1a"] = {0.1, "stable", R"({"trend":"stable"})"};
    forecast.by_pool["c5.large"]["us-east-1a"] = {0.1, "stable", "{}"};
    return pplx::task_from_result(forecast);
  }
};

class InvokeRoute : public WithAlerts {
 protected:
  void SetUp() override {
    InvokePorts ports;
    ports.scale = [this](Call call) { return scale_(std::move(call)); };
    ports.spot =
        std::make_shared<spot::SpotService>(market_, market_, market_, market_, clock_, spot::SpotConfig{});
    ports.alerts = alerts_;
    ports.default_cluster = "production";
    ports.default_region = "us-east-1";
    add_invoke_routes(routes_, std::move(ports));
  }

  Answer invoke(const std::string& handler, Call call) {
    call.path.set("handler", handler);
    return (*routes_.find("invokeHandler"))(std::move(call)).get();
  }
  /// The body that Lambda would have given, which must come with that statusCode.
  Json body_at(int status_code, const std::string& handler, const std::string& event) {
    const Answer answer = invoke(handler, call_with(event));
    EXPECT_EQ(answer.status, 200);
    const Json shape = body_of(answer);
    EXPECT_EQ(shape.size(), 2U);
    EXPECT_EQ(shape.at("statusCode"), status_code) << shape.dump();
    return Json::parse(shape.at("body").get<std::string>());
  }

  std::shared_ptr<Market> market_ = std::make_shared<Market>();
  EventHandler scale_;
  Routes routes_;
};

TEST_F(InvokeRoute, RoutesANotificationAndAnswersTheSeedsFields) {
  const Json body =
      body_at(200, "notification-router", R"({"alert":{"id":"a-1","severity":"warning","type":"cost"}})");

  EXPECT_EQ(body["alert_id"], "a-1");
  EXPECT_EQ(body["severity"], "warning");
  EXPECT_EQ(body["notifications_sent"], 2);
  EXPECT_EQ(body["results"][0]["channel"], "slack");
  EXPECT_EQ(body["results"][0]["status"], "success");
  EXPECT_EQ(body["results"][0]["message_id"], "slack-1");
  EXPECT_FALSE(body["results"][0].contains("error"));
}

TEST_F(InvokeRoute, CallsAnAttemptFailedThatWillBeRepeatedForTheSeedKnowsNoOtherWord) {
  email_->then_fail("throttled");

  const Json result = body_at(200, "notification-router", R"({"alert":{"severity":"info"}})")["results"][0];

  EXPECT_EQ(result["status"], "failed");
  EXPECT_EQ(result["error"], "throttled");
  EXPECT_FALSE(result.contains("message_id"));
  EXPECT_TRUE(result["next_attempt_at"].is_string());
}

TEST_F(InvokeRoute, TakesTheSeedsDefaultsForAnEmptyAlert) {
  const Json body = body_at(200, "notification-router", "{}");

  EXPECT_EQ(body["severity"], "info");
  EXPECT_EQ(email_->told.at(0).type, "general");
}

TEST_F(InvokeRoute, EchoesAnAlertsIdInItsOwnType) {
  EXPECT_EQ(body_at(200, "notification-router", R"({"alert":{"id":4711}})")["alert_id"], 4711);
}

TEST_F(InvokeRoute, EchoesASeverityAsItCameAndRoutesItAsTheSeedDoes) {
  EXPECT_EQ(body_at(200, "notification-router", R"({"alert":{"severity":5}})")["severity"], 5);
  EXPECT_TRUE(body_at(200, "notification-router", R"({"alert":{"severity":null}})")["severity"].is_null());
  EXPECT_EQ(email_->told.size(), 2U);
}

TEST_F(InvokeRoute, RefusesAnAlertThatIsNoObjectAsABadEvent) {
  EXPECT_TRUE(body_at(400, "notification-router", R"({"alert":"fire"})").contains("error"));
}

TEST_F(InvokeRoute, ReplaysANotificationWithTheSameKey) {
  Call call = call_with(R"({"alert":{"id":"a-1"}})");
  call.idempotency = operations::IdempotencyClaim{"ops", "invokeHandler", "k", "hash"};

  const Answer first = invoke("notification-router", call);
  const Answer again = invoke("notification-router", call);

  EXPECT_EQ(*again.body, *first.body);
  EXPECT_EQ(header_of(again, "Idempotent-Replayed"), "true");
  EXPECT_EQ(email_->told.size(), 1U);
}

TEST_F(InvokeRoute, AnalyzesSpotByDefaultAsTheSeedMeant) {
  const Json implicit = body_at(200, "spot-optimizer", "{}");
  const Json by_its_default_word = body_at(200, "spot-optimizer", R"({"action":"analyze"})");
  const Json by_name =
      body_at(200, "spot-optimizer", R"({"action":"analyze_opportunities","region":"eu-west-1"})");

  EXPECT_EQ(implicit["region"], "us-east-1");
  EXPECT_EQ(implicit, by_its_default_word);
  EXPECT_EQ(by_name["region"], "eu-west-1");
  const Json row = implicit["opportunities"][0];
  EXPECT_EQ(row["savings_percent"], 60.0);
  EXPECT_EQ(row["opportunity_score"], 68.0);  // 60 + (1 - 0.1) x 20 - 10
  for (const char* field : {"timestamp", "total_opportunities", "high_value_opportunities", "summary"}) {
    EXPECT_TRUE(implicit.contains(field)) << field;
  }
}

TEST_F(InvokeRoute, ForecastsPricesOfTheWantedTypes) {
  const Json body =
      body_at(200, "spot-optimizer", R"({"action":"price_forecast","instance_types":["m5.large"]})");

  EXPECT_EQ(body["predictions"], Json::parse(R"({"m5.large":{"us-east-1a":{"trend":"stable"}}})"));
}

TEST_F(InvokeRoute, SaysWhatIsNotBuiltAsAProblem) {
  for (const char* action : {"optimize_placement", "handle_interruption"}) {
    EXPECT_THROW(invoke("spot-optimizer", call_with(Json{{"action", action}}.dump())), Unsupported) << action;
  }
}

TEST_F(InvokeRoute, AnswersABadSpotEventAsTheSeedWords) {
  EXPECT_EQ(body_at(400, "spot-optimizer", R"({"action":"dance"})")["error"], "Unknown action: dance");
  body_at(400, "spot-optimizer", R"({"region":7})");
  body_at(400, "spot-optimizer", R"({"action":"price_forecast","instance_types":"m5.large"})");
  body_at(400, "spot-optimizer", R"({"action":"price_forecast","instance_types":[1]})");
}

TEST_F(InvokeRoute, AnswersAFailingHandlerWith500AndItsError) {
  market_->down = true;
  EXPECT_EQ(body_at(500, "spot-optimizer", "{}")["error"], "EC2 is down");
}

TEST_F(InvokeRoute, GivesTheEventToTheScalerAndItsBodyBack) {
  Json seen;
  scale_ = [&seen](Call call) {
    seen = *call.body;
    return pplx::task_from_result(HandlerBody{R"({"action":"scale_up"})", true});
  };
  Call call = call_with(R"({"action":"scale_up","nodegroups":[]})");
  call.prefer_async = true;

  const Answer answer = invoke("eks-scaler", call);

  EXPECT_EQ(seen["action"], "scale_up");
  EXPECT_EQ(body_of(answer)["body"], R"({"action":"scale_up"})");
  EXPECT_EQ(header_of(answer, "Idempotent-Replayed"), "true");
}

TEST_F(InvokeRoute, NamesClusterAndRegionInAScalersErrorAsTheSeedDoes) {
  scale_ = [](Call) -> pplx::task<HandlerBody> { throw InvalidRequest("Unknown action: dance"); };

  EXPECT_EQ(body_at(400, "eks-scaler", R"({"action":"dance"})"),
            Json::parse(R"({"error":"Unknown action: dance","cluster":"production","region":"us-east-1"})"));
  EXPECT_EQ(body_at(400, "eks-scaler", R"({"cluster":"staging"})")["cluster"], "staging");
}

TEST_F(InvokeRoute, TakesNoOrderFromTheOriginInAnEventBridgeEnvelope) {
  Json seen;
  scale_ = [&seen](Call call) {
    seen = *call.body;
    return pplx::task_from_result(HandlerBody{"{}", false});
  };

  body_at(200, "eks-scaler",
          R"({"version":"0","source":"aws.events","detail-type":"Scheduled Event","account":"123456789012",
              "region":"eu-west-1","detail":{}})");

  EXPECT_FALSE(seen.contains("account"));
  EXPECT_FALSE(seen.contains("region"));
  EXPECT_EQ(seen["source"], "aws.events");
}

TEST_F(InvokeRoute, LeavesAClashOfKeysAProblem) {
  scale_ = [](Call) -> pplx::task<HandlerBody> { throw IdempotencyKeyReused("another request"); };
  EXPECT_THROW(invoke("eks-scaler", call_with("{}")), IdempotencyKeyReused);
  scale_ = [](Call) -> pplx::task<HandlerBody> { throw Conflict("still runs"); };
  EXPECT_THROW(invoke("eks-scaler", call_with("{}")), Conflict);
}

TEST_F(InvokeRoute, TakesAKeyAsAnotherOneAtAnotherHandler) {
  std::optional<operations::IdempotencyClaim> claim;
  scale_ = [&claim](Call call) {
    claim = call.idempotency;
    return pplx::task_from_result(HandlerBody{"{}"});
  };
  Call call = call_with("{}");
  call.idempotency = operations::IdempotencyClaim{"ops", "invokeHandler", "k", "hash"};

  invoke("eks-scaler", call);

  EXPECT_EQ(claim->route, "invokeHandler/eks-scaler");
}

TEST_F(InvokeRoute, KnowsNoOtherHandlerAndNoOtherEvent) {
  EXPECT_THROW(invoke("price-predictor", call_with("{}")), NotFound);
  EXPECT_THROW(invoke("eks-scaler", call_with("[]")), InvalidRequest);
}

}  // namespace
}  // namespace tidegate::routes
