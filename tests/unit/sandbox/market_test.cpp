#include "sandbox/market.h"

#include <gmock/gmock.h>

#include <set>

#include "services/spot/spot_config.h"
#include "tests/unit/sandbox/sandbox_fixture.h"

namespace tidegate::sandbox {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::Contains;
using testing::Ge;
using testing::Gt;
using testing::Le;

struct MarketTest : SandboxTest {
  std::vector<pricing::SpotQuote> spot_now(std::vector<std::string> types = {},
                                           std::vector<std::string> zones = {}) {
    return sandbox.spot_prices->spot("us-east-1", std::move(types), std::move(zones), soon()).get();
  }
  std::map<std::string, pricing::Quote> on_demand(std::vector<std::string> types) {
    return sandbox.on_demand_prices->on_demand("us-east-1", std::move(types), soon()).get();
  }
};

TEST_F(MarketTest, HasRealOnDemandPricesOfMoreThanSixtyTypes) {
  const auto quotes = on_demand(sandbox.instance_types);

  EXPECT_GE(quotes.size(), 60U);
  EXPECT_DOUBLE_EQ(quotes.at("m5.large").usd_per_hour, 0.096);
  EXPECT_DOUBLE_EQ(quotes.at("c6g.xlarge").usd_per_hour, 0.136);
  EXPECT_EQ(quotes.at("m5.large").source, "sandbox");
}

TEST_F(MarketTest, KnowsEveryTypeThatIsLookedAtByDefault) {
  for (const std::string& type : spot::SpotConfig{}.instance_types) {
    EXPECT_THAT(sandbox.instance_types, Contains(type));
  }
}

TEST_F(MarketTest, LeavesOutTypesAndRegionsItHasNoPricesFor) {
  EXPECT_TRUE(on_demand({"x9.huge"}).empty());
  EXPECT_TRUE(spot_now({"x9.huge"}).empty());
  EXPECT_TRUE(sandbox.on_demand_prices->on_demand("eu-west-1", {"m5.large"}, soon()).get().empty());
  EXPECT_TRUE(sandbox.spot_prices->spot("eu-west-1", {}, {}, soon()).get().empty());
  EXPECT_TRUE(sandbox.interruptions->buckets("eu-west-1", soon()).get().empty());
  const auto forecast = sandbox.price_predictor->predict("eu-west-1", soon()).get();
  EXPECT_TRUE(forecast.by_pool.empty());
  EXPECT_FALSE(forecast.unavailable.empty());
}

TEST_F(MarketTest, OffersEachTypeInThreeToFiveZones) {
  std::map<std::string, std::set<std::string>> zones;
  for (const auto& quote : spot_now()) zones[quote.instance_type].insert(quote.availability_zone);

  EXPECT_EQ(zones.size(), sandbox.instance_types.size());
  for (const auto& [type, names] : zones) {
    EXPECT_THAT(names.size(), AllOf(Ge(3U), Le(5U))) << type;
  }
}

TEST_F(MarketTest, RestrictsToTypesAndZones) {
  const auto quotes = spot_now({"m5.large", "c5.large"}, {"us-east-1a"});

  ASSERT_EQ(quotes.size(), 2U);
  for (const auto& quote : quotes) EXPECT_EQ(quote.availability_zone, "us-east-1a");
}

TEST_F(MarketTest, StaysPositiveAndAtMostOnDemandForAMonth) {
  const auto ceilings = on_demand(sandbox.instance_types);
  for (int day = 0; day < 30; ++day) {
    for (const auto& [type, zone, quote] : spot_now()) {
      ASSERT_GT(quote.usd_per_hour, 0) << type << zone;
      ASSERT_LE(quote.usd_per_hour, ceilings.at(type).usd_per_hour + 5e-5) << type << zone;
      ASSERT_LE(quote.observed_at, clock.now());
      ASSERT_GT(quote.observed_at, clock.now() - std::chrono::minutes(41));
    }
    clock.advance(std::chrono::hours(25));
  }
}

TEST_F(MarketTest, MovesOverADayAndHoldsWithinAStep) {
  const auto first = spot_now({"m5.large"}, {"us-east-1a"}).at(0).quote;
  std::set<double> seen;
  for (int i = 0; i < 24; ++i) {
    const auto before = spot_now({"m5.large"}, {"us-east-1a"}).at(0).quote;
    seen.insert(before.usd_per_hour);
    clock.advance(std::chrono::seconds(20));
    const auto after = spot_now({"m5.large"}, {"us-east-1a"}).at(0).quote;
    if (after.observed_at == before.observed_at) {
      EXPECT_EQ(after.usd_per_hour, before.usd_per_hour);
    }
    clock.advance(std::chrono::hours(1));
  }

  EXPECT_GT(seen.size(), 5U);
  EXPECT_NEAR(first.usd_per_hour, *seen.begin(), 0.3 * first.usd_per_hour);
}

TEST_F(MarketTest, IsTheSameFeedForOneSeedAndTimeAndAnotherForAnother) {
  const auto again = make_sandbox_platform({}, store, clock);
  const auto other = make_sandbox_platform({.seed = 7}, store, clock);
  const auto price_in = [&](const SandboxPlatform& platform) {
    return platform.spot_prices->spot("us-east-1", {"m5.large"}, {"us-east-1a"}, soon())
        .get()
        .at(0)
        .quote.usd_per_hour;
  };

  EXPECT_EQ(price_in(again), price_in(sandbox));
  EXPECT_NE(price_in(other), price_in(sandbox));
}

TEST_F(MarketTest, TellsTheAdvisorsBuckets) {
  const auto buckets = sandbox.interruptions->buckets("us-east-1", soon()).get();

  EXPECT_EQ(buckets.size(), sandbox.instance_types.size());
  EXPECT_EQ(buckets.at("c5.4xlarge").index, 4);
  EXPECT_EQ(buckets.at("c5.4xlarge").label, ">20%");
  EXPECT_EQ(buckets.at("c5.large").label, "<5%");
}

TEST_F(MarketTest, PredictsEveryPoolWithinRange) {
  const auto forecast = sandbox.price_predictor->predict("us-east-1", soon()).get();

  std::set<std::string> trends;
  std::size_t pools = 0;
  for (const auto& [type, zones] : forecast.by_pool) {
    for (const auto& [zone, prediction] : zones) {
      ++pools;
      EXPECT_THAT(prediction.volatility.value(), AllOf(Gt(0), Le(1)));
      EXPECT_THAT(prediction.trend.value(), AnyOf("increasing", "decreasing", "stable"));
      trends.insert(prediction.trend.value());
    }
  }
  EXPECT_EQ(pools, spot_now().size());
  EXPECT_EQ(trends.size(), 3U);
}

TEST_F(MarketTest, PredictsTheDirectionThatClearlyMovingPricesTake) {
  const auto forecast = sandbox.price_predictor->predict("us-east-1", soon()).get();
  const auto before = spot_now();
  clock.advance(std::chrono::hours(6));
  const auto after = spot_now();
  ASSERT_EQ(before.size(), after.size());

  int right = 0;
  int wrong = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const double change = after[i].quote.usd_per_hour / before[i].quote.usd_per_hour - 1;
    if (std::abs(change) < 0.04) continue;
    const auto& told = forecast.by_pool.at(before[i].instance_type).at(before[i].availability_zone).trend;
    (told == (change > 0 ? "increasing" : "decreasing") ? right : wrong) += 1;
  }

  EXPECT_GT(right, 9 * wrong);
}

}  // namespace
}  // namespace tidegate::sandbox
