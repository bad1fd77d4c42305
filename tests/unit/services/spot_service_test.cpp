#include "services/spot/spot_service.h"

#include <gtest/gtest.h>

#include <functional>

#include "services/async/task.h"
#include "services/error.h"
#include "tests/unit/services/virtual_clock.h"

namespace tidegate::spot {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Four sources in one: records calls, fails on command, and can be held up.
struct FakeMarket final : pricing::OnDemandPrices, pricing::SpotPrices, InterruptionSource, PricePredictor {
  double spot_price = 0.3;
  int spot_calls = 0;
  std::vector<std::string> asked_types;
  std::vector<std::string> asked_zones;
  std::string asked_region;
  bool spot_fails = false;
  bool on_demand_fails = false;
  bool buckets_fail = false;
  bool no_buckets = false;
  bool predictor_throws = false;
  PriceForecast prediction{{}, "none", "no predictor is configured"};
  std::optional<pplx::task_completion_event<void>> gate;

  pplx::task<std::map<std::string, pricing::Quote>> on_demand(std::string, std::vector<std::string> types,
                                                              Deadline) override {
    if (on_demand_fails) throw UpstreamFailure("Pricing said no", {.service = "Pricing"});
    std::map<std::string, pricing::Quote> quotes;
    for (const auto& type : types) quotes[type] = {1.0, "test", Instant{}};
    co_return quotes;
  }

  pplx::task<std::vector<pricing::SpotQuote>> spot(std::string region, std::vector<std::string> types,
                                                   std::vector<std::string> zones, Deadline) override {
    ++spot_calls;
    asked_region = region;
    asked_types = types;
    asked_zones = zones;
    if (gate) co_await pplx::task<void>(*gate);
    if (spot_fails) throw UpstreamFailure("EC2 said no", {.service = "EC2", .retryable = true});
    std::vector<pricing::SpotQuote> quotes;
    for (const auto& type : types) {
      pricing::SpotQuote quote;
      quote.instance_type = type;
      quote.availability_zone = region + "a";
      quote.quote = {spot_price, "test", Instant{}};
      quotes.push_back(quote);
    }
    co_return quotes;
  }

  pplx::task<std::map<std::string, InterruptionBucket>> buckets(std::string, Deadline) override {
    if (buckets_fail) throw UpstreamFailure("advisor said no", {.service = "advisor"});
    std::map<std::string, InterruptionBucket> all;
    if (no_buckets) co_return all;
    all["m5.large"] = {0, "<5%", "test", Instant{}};
    co_return all;
  }

  pplx::task<PriceForecast> predict(std::string, Deadline) override {
    if (predictor_throws) throw std::runtime_error("predictor broke");
    return pplx::task_from_result(prediction);
  }
};

class SpotServiceTest : public testing::Test {
 protected:
  std::shared_ptr<VirtualClock> clock_ = std::make_shared<VirtualClock>();
  std::shared_ptr<FakeMarket> market_ = std::make_shared<FakeMarket>();

  SpotService service(SpotConfig config = {}) {
    return SpotService(market_, market_, market_, market_, clock_, std::move(config));
  }
  static OpportunityQuery of(std::vector<std::string> types) {
    OpportunityQuery query;
    query.instance_types = std::move(types);
    return query;
  }
};

TEST_F(SpotServiceTest, AsksForConfiguredRegionAndTypesWhereNoneAreNamed) {
  SpotConfig config;
  config.region = "ap-south-1";
  config.instance_types = {"m5.large", "c5.large"};
  auto spot = service(config);

  const auto report = spot.opportunities({}).get();

  EXPECT_EQ(report.region, "ap-south-1");
  EXPECT_EQ(market_->asked_region, "ap-south-1");
  EXPECT_EQ(market_->asked_types, (std::vector<std::string>{"c5.large", "m5.large"}));
  EXPECT_EQ(report.total, 2U);
  EXPECT_TRUE(report.degraded.empty()) << report.degraded.front();
}

TEST_F(SpotServiceTest, GathersOnceForEqualQueriesHoweverTheyAreWritten) {
  auto spot = service();
  OpportunityQuery query = of({"m5.large", "c5.large"});
  query.zones = {"us-east-1b", "us-east-1a"};
  OpportunityQuery same = of({"c5.large", "m5.large", "m5.large"});
  same.zones = {"us-east-1a", "us-east-1b"};
  same.region = "us-east-1";

  spot.opportunities(query).get();
  spot.opportunities(same).get();

  EXPECT_EQ(market_->spot_calls, 1);
  EXPECT_EQ(market_->asked_zones, (std::vector<std::string>{"us-east-1a", "us-east-1b"}));
}

TEST_F(SpotServiceTest, GathersOnceForAllWhoAskWhileItIsUnderWay) {
  market_->gate.emplace();
  auto spot = service();

  const auto first = spot.opportunities(of({"m5.large"}));
  const auto second = spot.opportunities(of({"m5.large"}));
  EXPECT_FALSE(first.is_done());
  market_->gate->set();

  EXPECT_EQ(first.get().total, 1U);
  EXPECT_EQ(second.get().total, 1U);
  EXPECT_EQ(market_->spot_calls, 1);
}

TEST_F(SpotServiceTest, AnswersAtOnceFromFreshPricesAndGathersAgainOnceTheyAreStale) {
  auto spot = service();
  spot.opportunities(of({"m5.large"})).get();

  clock_->advance(seconds(59));
  EXPECT_TRUE(spot.opportunities(of({"m5.large"})).is_done());
  EXPECT_EQ(market_->spot_calls, 1);

  clock_->advance(seconds(1));
  spot.opportunities(of({"m5.large"})).get();
  EXPECT_EQ(market_->spot_calls, 2);
}

TEST_F(SpotServiceTest, AnswersWithStalePricesWhileNewOnesAreOnTheirWay) {
  auto spot = service();
  spot.opportunities(of({"m5.large"})).get();
  clock_->advance(seconds(61));
  market_->spot_price = 0.2;
  market_->gate.emplace();

  const auto stale = spot.opportunities(of({"m5.large"}));
  ASSERT_TRUE(stale.is_done());
  EXPECT_EQ(stale.get().opportunities[0].spot_usd_per_hour, 0.3);
  market_->gate->set();

  EXPECT_EQ(spot.opportunities(of({"m5.large"})).get().opportunities[0].spot_usd_per_hour, 0.2);
  EXPECT_EQ(market_->spot_calls, 2);
}

TEST_F(SpotServiceTest, SaysSoWhenStalePricesCantBeReplacedAndTriesAgainLater) {
  auto spot = service();
  spot.opportunities(of({"m5.large"})).get();
  clock_->advance(seconds(61));
  market_->spot_fails = true;

  spot.opportunities(of({"m5.large"})).get();
  const auto report = spot.opportunities(of({"m5.large"})).get();
  EXPECT_EQ(market_->spot_calls, 2) << "not on every request";
  ASSERT_EQ(report.degraded.size(), 1U);
  EXPECT_NE(report.degraded[0].find("EC2 said no"), std::string::npos);

  market_->spot_fails = false;
  clock_->advance(seconds(10));
  spot.opportunities(of({"m5.large"})).get();
  EXPECT_TRUE(spot.opportunities(of({"m5.large"})).get().degraded.empty());
}

TEST_F(SpotServiceTest, DoesNotAnswerWithPricesThatAreTooOld) {
  auto spot = service();
  spot.opportunities(of({"m5.large"})).get();
  clock_->advance(seconds(60 + 600));
  market_->spot_fails = true;

  EXPECT_THROW(spot.opportunities(of({"m5.large"})).get(), UpstreamFailure);
}

TEST_F(SpotServiceTest, FailsWithoutSpotPricesAndRecoversWithThem) {
  market_->spot_fails = true;
  auto spot = service();
  EXPECT_THROW(spot.opportunities(of({"m5.large"})).get(), UpstreamFailure);

  market_->spot_fails = false;

  EXPECT_EQ(spot.opportunities(of({"m5.large"})).get().total, 1U);
}

TEST_F(SpotServiceTest, TellsWhichOtherSourcesFailedAndRanksWithWhatIsKnown) {
  market_->on_demand_fails = true;
  market_->buckets_fail = true;
  market_->predictor_throws = true;
  auto spot = service();

  const auto report = spot.opportunities(of({"m5.large"})).get();

  EXPECT_EQ(report.degraded, (std::vector<std::string>{"on-demand prices can't be had: Pricing said no",
                                                       "interruption buckets can't be had: advisor said no",
                                                       "price predictions can't be had: predictor broke"}));
  ASSERT_EQ(report.total, 1U);
  EXPECT_FALSE(report.opportunities[0].score);
  EXPECT_EQ(report.opportunities[0].spot_usd_per_hour, 0.3);
}

TEST_F(SpotServiceTest, TellsWhatASourceDoesNotKnowAlsoWhereAnotherFailed) {
  market_->on_demand_fails = true;
  market_->no_buckets = true;
  auto spot = service();

  EXPECT_EQ(spot.opportunities(of({"m5.large"})).get().degraded,
            (std::vector<std::string>{"on-demand prices can't be had: Pricing said no",
                                      "no interruption bucket is known in us-east-1"}));
}

TEST_F(SpotServiceTest, TriesAFailedSourceAgainBeforeTheSnapshotIsStale) {
  market_->buckets_fail = true;
  auto spot = service();
  spot.opportunities(of({"m5.large"})).get();
  market_->buckets_fail = false;

  clock_->advance(seconds(10));
  spot.opportunities(of({"m5.large"})).get();

  EXPECT_TRUE(spot.opportunities(of({"m5.large"})).get().degraded.empty());
}

TEST_F(SpotServiceTest, UsesThePredictionOfTheVeryPool) {
  market_->prediction = {{}, "test", ""};
  market_->prediction.by_pool["m5.large"]["us-east-1a"] = {0.0, "decreasing", "{}"};
  auto spot = service();

  const auto report = spot.opportunities(of({"m5.large"})).get();

  EXPECT_NEAR(*report.opportunities[0].score, 100, 1e-9);  // 70 + 20 + 0 + 15, at most 100
}

TEST_F(SpotServiceTest, KeepsNoMoreSnapshotsThanAllowed) {
  SpotConfig config;
  config.snapshots_max = 2;
  auto spot = service(config);
  spot.opportunities(of({"a.large"})).get();
  clock_->advance(milliseconds(1));
  spot.opportunities(of({"b.large"})).get();
  clock_->advance(milliseconds(1));
  spot.opportunities(of({"c.large"})).get();
  ASSERT_EQ(market_->spot_calls, 3);

  spot.opportunities(of({"b.large"})).get();
  EXPECT_EQ(market_->spot_calls, 3) << "the newer two are kept";
  spot.opportunities(of({"a.large"})).get();
  EXPECT_EQ(market_->spot_calls, 4) << "the oldest went";
}

TEST_F(SpotServiceTest, OutlivesACallersService) {
  market_->gate.emplace();
  pplx::task<OpportunityReport> pending;
  {
    auto spot = service();
    pending = spot.opportunities(of({"m5.large"}));
  }

  market_->gate->set();

  EXPECT_EQ(pending.get().total, 1U);
}

TEST_F(SpotServiceTest, ForecastsTheWantedTypesOnly) {
  market_->prediction = {{}, "test", ""};
  market_->prediction.by_pool["m5.large"]["us-east-1a"] = {0.1, "stable", "{\"trend\":\"stable\"}"};
  market_->prediction.by_pool["c5.large"]["us-east-1a"] = {0.1, "stable", "{}"};
  auto spot = service();

  const auto all = spot.forecast({}).get();
  const auto some = spot.forecast({.region = "eu-west-1", .instance_types = {"m5.large"}}).get();

  EXPECT_EQ(all.forecast.by_pool.size(), 2U);
  EXPECT_EQ(all.region, "us-east-1");
  EXPECT_EQ(some.region, "eu-west-1");
  ASSERT_EQ(some.forecast.by_pool.size(), 1U);
  EXPECT_EQ(some.forecast.by_pool.begin()->first, "m5.large");
}

}  // namespace
}  // namespace tidegate::spot
