#include "routes/spot.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "services/async/task.h"
#include "services/error.h"
#include "tests/unit/services/virtual_clock.h"

namespace tidegate::routes {
namespace {

using Json = nlohmann::json;
using std::chrono::seconds;

const Instant kStart = parse_rfc3339("2026-01-05T04:30:00Z");

/// One market: m5.large at 0.0288 of 0.096, low risk; c5.large without an on-demand price.
struct Market final : pricing::OnDemandPrices,
                      pricing::SpotPrices,
                      spot::InterruptionSource,
                      spot::PricePredictor {
  int calls = 0;
  bool empty = false;

  pplx::task<std::map<std::string, pricing::Quote>> on_demand(std::string, std::vector<std::string>,
                                                              Deadline) override {
    std::map<std::string, pricing::Quote> quotes;
    quotes["m5.large"] = {0.096, "aws:pricing", kStart - seconds(3600)};
    return pplx::task_from_result(quotes);
  }
  pplx::task<std::vector<pricing::SpotQuote>> spot(std::string region, std::vector<std::string>,
                                                   std::vector<std::string>, Deadline) override {
    ++calls;
    std::vector<pricing::SpotQuote> quotes;
    if (!empty) {
      quotes.push_back({"c5.large", region + "b", {0.03, "aws:spot-price-history", kStart - seconds(60)}});
      quotes.push_back({"m5.large", region + "a", {0.0288, "aws:spot-price-history", kStart - seconds(60)}});
    }
    return pplx::task_from_result(quotes);
  }
  pplx::task<std::map<std::string, spot::InterruptionBucket>> buckets(std::string, Deadline) override {
    std::map<std::string, spot::InterruptionBucket> all;
    all["m5.large"] = {0, "<5%", "aws:spot-advisor", kStart - seconds(86400)};
    return pplx::task_from_result(all);
  }
  pplx::task<spot::PriceForecast> predict(std::string, Deadline) override {
    return pplx::task_from_result(spot::PriceForecast{{}, "none", "no predictor is configured"});
  }
};

class SpotRoute : public testing::Test {
 protected:
  void SetUp() override {
    const auto service =
        std::make_shared<spot::SpotService>(market_, market_, market_, market_, clock_, spot::SpotConfig{});
    add_spot_routes(routes_, service, clock_);
  }

  pplx::task<Answer> get(Parameters query = {}) {
    if (!query.has("limit")) query.set("limit", std::int64_t{20});
    Call call;
    call.query = std::move(query);
    return (*routes_.find("listSpotOpportunities"))(call);
  }
  Json body(Parameters query = {}) { return Json::parse(*get(std::move(query)).get().body); }

  std::shared_ptr<VirtualClock> clock_ = std::make_shared<VirtualClock>(kStart);
  std::shared_ptr<Market> market_ = std::make_shared<Market>();
  Routes routes_;
};

TEST_F(SpotRoute, AnswersTheSeedsFieldsWithFactorsAndFigures) {
  const Json json = body();

  EXPECT_EQ(json["timestamp"], "2026-01-05T04:30:00.000Z");
  EXPECT_EQ(json["region"], "us-east-1");
  EXPECT_EQ(json["total_opportunities"], 2);
  EXPECT_EQ(json["high_value_opportunities"], 0);
  EXPECT_EQ(json["summary"],
            Json::parse(R"({"avg_savings":70.0,"best_savings":70.0,"recommended_count":1})"));
  const Json& row = json["opportunities"][0];
  EXPECT_EQ(row["instance_type"], "m5.large");
  EXPECT_EQ(row["availability_zone"], "us-east-1a");
  EXPECT_EQ(row["current_price"], 0.0288);
  EXPECT_EQ(row["on_demand_price"], 0.096);
  EXPECT_EQ(row["savings_percent"], 70.0);
  EXPECT_EQ(row["opportunity_score"], 80.0);  // 70 + 10 + 0 + 0
  EXPECT_EQ(row["interruption_risk"], "low");
  EXPECT_TRUE(row["price_trend"].is_null());
  EXPECT_EQ(row["recommended"], true);
  EXPECT_EQ(row["factors"][0]["points"], 70.0);
  EXPECT_EQ(row["figures"]["on_demand_price"], Json::parse(R"({"value":0.096,"source":"aws:pricing",
                            "observed_at":"2026-01-05T03:30:00.000Z","age_seconds":3600})"));
}

TEST_F(SpotRoute, AnswersNullForWhatIsUnknown) {
  const Json row = body()["opportunities"][1];

  EXPECT_EQ(row["instance_type"], "c5.large");
  for (const char* field : {"on_demand_price", "savings_percent", "opportunity_score", "interruption_risk"}) {
    EXPECT_TRUE(row.at(field).is_null()) << field;
  }
  EXPECT_EQ(row["recommended"], false);
  EXPECT_TRUE(row["figures"]["on_demand_price"]["source"].is_null());
}

TEST_F(SpotRoute, AnswersAnEmptyMarketWithZeroCountsAndNullAverages) {
  market_->empty = true;

  const Json json = body();

  EXPECT_EQ(json["total_opportunities"], 0);
  EXPECT_EQ(json["opportunities"], Json::array());
  EXPECT_EQ(json["summary"],
            Json::parse(R"({"avg_savings":null,"best_savings":null,"recommended_count":0})"));
}

TEST_F(SpotRoute, AppliesLimitAndScore) {
  Parameters few;
  few.set("limit", std::int64_t{1});
  EXPECT_EQ(body(few)["opportunities"].size(), 1U);

  Parameters good;
  good.set("min_score", 80.0);
  EXPECT_EQ(body(good)["total_opportunities"], 1);
}

TEST_F(SpotRoute, GivesTheSameBodyAtOnceForTheSameQueryInAnotherOrder) {
  Parameters query;
  query.set("instance_types", std::vector<std::string>{"m5.large", "c5.large"});
  Parameters same;
  same.set("instance_types", std::vector<std::string>{"c5.large", "m5.large"});

  const auto first = get(query).get().body;
  const auto second = get(same);

  ASSERT_TRUE(second.is_done());
  EXPECT_EQ(second.get().body.get(), first.get()) << "shared, not rendered again";
}

TEST_F(SpotRoute, RendersAnewOnceTheAnswersTimeIsOver) {
  const auto first = get().get().body;
  clock_->advance(seconds(5));

  const Json json = body();

  EXPECT_EQ(json["timestamp"], "2026-01-05T04:30:05.000Z");
  EXPECT_EQ(json["opportunities"][0]["figures"]["spot_price"]["age_seconds"], 65);
  EXPECT_EQ(market_->calls, 1) << "prices are still fresh";
}

TEST(SpotForecast, GivesThePredictionsAsTheyCame) {
  spot::ForecastReport report;
  report.timestamp = kStart;
  report.region = "us-east-1";
  report.forecast.source = "lambda:spot-price-predictor";
  report.forecast.by_pool["m5.large"]["us-east-1a"].as_given = R"({"trend":"stable","confidence":0.9})";
  report.forecast.by_pool["m5.large"]["us-east-1b"].as_given = "not json";

  const Json json = Json::parse(render_forecast(report));

  EXPECT_EQ(json["predictions"]["m5.large"]["us-east-1a"]["confidence"], 0.9);
  EXPECT_TRUE(json["predictions"]["m5.large"]["us-east-1b"].is_null());
  EXPECT_TRUE(json["unavailable"].is_null());
}

}  // namespace
}  // namespace tidegate::routes
