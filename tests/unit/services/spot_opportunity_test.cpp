#include "services/spot/opportunity.h"

#include <gtest/gtest.h>

#include <cmath>

#include "services/spot/spot_config.h"

namespace tidegate::spot {
namespace {

using std::chrono::seconds;

const Instant kNow = parse_rfc3339("2026-01-05T04:30:00Z");

pricing::Quote quote(double usd_per_hour, seconds age = seconds(60)) {
  return {usd_per_hour, "test", kNow - age};
}

InterruptionBucket bucket(int index) { return {index, "bucket" + std::to_string(index), "test", kNow}; }

/// One pool of m5.large in us-east-1a at these figures; a prediction only where given.
SpotSnapshot one_pool(double spot, double on_demand, int bucket_index) {
  SpotSnapshot snapshot;
  snapshot.region = "us-east-1";
  snapshot.spot = {{"m5.large", "us-east-1a", quote(spot)}};
  snapshot.on_demand = {{"m5.large", quote(on_demand)}};
  snapshot.buckets = {{"m5.large", bucket(bucket_index)}};
  snapshot.gathered_at = kNow;
  return snapshot;
}

Opportunity only_row(const SpotSnapshot& snapshot, const OpportunityPolicy& policy = {}) {
  const auto report = rank_opportunities(snapshot, policy, {}, kNow);
  EXPECT_EQ(report.opportunities.size(), 1U);
  return report.opportunities.at(0);
}

struct ScoreCase {
  const char* name;
  double spot;
  double on_demand;
  int bucket_index;
  std::optional<double> volatility;
  std::optional<std::string> trend;
  double score;
  bool recommended;
};

class OpportunityScore : public testing::TestWithParam<ScoreCase> {};

TEST_P(OpportunityScore, IsTheSumOfTheSeedsFactors) {
  const ScoreCase& c = GetParam();
  SpotSnapshot snapshot = one_pool(c.spot, c.on_demand, c.bucket_index);
  if (c.volatility || c.trend) {
    snapshot.forecast.by_pool["m5.large"]["us-east-1a"] = {c.volatility, c.trend, "{}"};
    snapshot.forecast.source = "test";
  }

  const Opportunity row = only_row(snapshot);

  ASSERT_TRUE(row.score);
  EXPECT_NEAR(*row.score, c.score, 1e-9);
  EXPECT_EQ(row.recommended, c.recommended);
}

INSTANTIATE_TEST_SUITE_P(, OpportunityScore,
                         testing::Values(
                             // 70 saved + (1 - 0.5) x 20 + 0 + 0 = 80
                             ScoreCase{"DefaultVolatility", 0.3, 1.0, 0, {}, {}, 80, true},
                             // 95 saved, capped at 90, + (1 - 1) x 20 + 0 + 0 = 90
                             ScoreCase{"SavingsCap", 0.05, 1.0, 0, 1.0, "stable", 90, true},
                             // 60 + (1 - 0.2) x 20 = 16, - 10 (5-10 %), + 15 = 81
                             ScoreCase{"MediumRiskFallingPrice", 0.4, 1.0, 1, 0.2, "decreasing", 81, true},
                             // 60 + 16 - 10 (10-15 % is medium too) + 0 = 66
                             ScoreCase{"SecondMediumBucket", 0.4, 1.0, 2, 0.2, "stable", 66, false},
                             // 60 + 16 - 25 - 10 = 41
                             ScoreCase{"HighRiskRisingPrice", 0.4, 1.0, 3, 0.2, "increasing", 41, false},
                             // 50 + 10 - 40 = 20
                             ScoreCase{"VeryHighRisk", 0.5, 1.0, 4, {}, {}, 20, false},
                             // 50 + 10 - 15 = 45: a bucket that the policy has no risk for
                             ScoreCase{"UnknownRisk", 0.5, 1.0, 9, {}, {}, 45, false},
                             // 50 + 10 + 0 + 0: a trend that the policy does not know
                             ScoreCase{"UnknownTrend", 0.5, 1.0, 0, 0.5, "sideways", 60, false},
                             // volatility 1.5 gives no malus: 50 + max(0, -10) = 50
                             ScoreCase{"WildPrice", 0.5, 1.0, 0, 1.5, "stable", 50, false},
                             // 90 + 20 + 0 + 15 = 125, at most 100
                             ScoreCase{"UpperLimit", 0.05, 1.0, 0, 0.0, "decreasing", 100, true},
                             // 5 + 10 - 40 - 10 = -35, at least 0
                             ScoreCase{"LowerLimit", 0.95, 1.0, 4, {}, "increasing", 0, false},
                             // dearer than on-demand: -20 + 20 + 0 + 0 = 0
                             ScoreCase{"DearerThanOnDemand", 1.2, 1.0, 0, 0.0, "stable", 0, false},
                             // exactly 75 is not above 75: 65 + 10
                             ScoreCase{"ThresholdIsNotAbove", 0.35, 1.0, 0, {}, {}, 75, false}),
                         [](const auto& info) { return info.param.name; });

TEST(Opportunity, TellsEachFactorWithValuePointsAndReason) {
  SpotSnapshot snapshot = one_pool(0.4, 1.0, 1);
  snapshot.forecast.by_pool["m5.large"]["us-east-1a"] = {0.2, "decreasing", "{}"};

  const Opportunity row = only_row(snapshot);

  ASSERT_EQ(row.factors.size(), 4U);
  double sum = 0;
  for (const ScoreFactor& factor : row.factors) {
    EXPECT_FALSE(factor.reason.empty()) << factor.name;
    ASSERT_TRUE(factor.points) << factor.name;
    sum += *factor.points;
  }
  EXPECT_NEAR(sum, *row.score, 1e-9);
  EXPECT_EQ(row.factors[1].name, "stability");
  EXPECT_EQ(std::get<double>(row.factors[1].value), 0.2);
  EXPECT_NEAR(*row.factors[1].points, 16, 1e-9);
  EXPECT_EQ(std::get<std::string>(row.factors[2].value), "medium");
  EXPECT_EQ(*row.interruption_risk, "medium");
}

TEST(Opportunity, SaysThatAnAbsentPredictionIsAssumedNotKnown) {
  const Opportunity row = only_row(one_pool(0.4, 1.0, 1));

  EXPECT_FALSE(row.price_trend);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(row.factors[1].value));
  EXPECT_EQ(row.factors[1].points, 10);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(row.figures[3].value));
  EXPECT_FALSE(row.figures[3].age);
}

TEST(Opportunity, TellsSourceAndAgeOfEachFigure) {
  SpotSnapshot snapshot = one_pool(0.4, 1.0, 1);
  snapshot.spot[0].quote = {0.4, "aws:spot-price-history", kNow - seconds(7200)};
  snapshot.on_demand["m5.large"] = {1.0, "aws:pricing", kNow + seconds(5)};

  const Opportunity row = only_row(snapshot);

  ASSERT_EQ(row.figures.size(), 4U);
  EXPECT_EQ(row.figures[0].name, "spot_price");
  EXPECT_EQ(std::get<double>(row.figures[0].value), 0.4);
  EXPECT_EQ(row.figures[0].source, "aws:spot-price-history");
  EXPECT_EQ(row.figures[0].age, seconds(7200));
  EXPECT_EQ(row.figures[1].age, seconds(0)) << "another machine's clock may be ahead of ours";
  EXPECT_EQ(std::get<std::string>(row.figures[2].value), "bucket1");
}

TEST(Opportunity, WithoutABucketHasSavingsButNoScore) {
  SpotSnapshot snapshot = one_pool(0.4, 1.0, 1);
  snapshot.buckets.clear();

  const Opportunity row = only_row(snapshot);

  EXPECT_NEAR(*row.savings_percent, 60, 1e-9);
  EXPECT_FALSE(row.score);
  EXPECT_FALSE(row.interruption_risk);
  EXPECT_FALSE(row.recommended);
  EXPECT_FALSE(row.factors[2].points);
}

TEST(Opportunity, TakesAPriceOfZeroAsUnknown) {
  const Opportunity row = only_row(one_pool(0, 1.0, 0));

  EXPECT_FALSE(row.spot_usd_per_hour);
  EXPECT_FALSE(row.savings_percent);
  EXPECT_FALSE(row.score);
}

TEST(Savings, AreUnknownWhereAPriceIs) {
  EXPECT_FALSE(savings_percent({}, 1.0));
  EXPECT_FALSE(savings_percent(1.0, {}));
  EXPECT_FALSE(savings_percent(1.0, 0.0));
  EXPECT_FALSE(savings_percent(std::nan(""), 1.0));
  EXPECT_NEAR(*savings_percent(0.0288, 0.096), 70, 1e-9);
}

/// Five pools: two equal by all but zone, one without on-demand price, one without bucket, one poor.
SpotSnapshot mixed() {
  SpotSnapshot snapshot;
  snapshot.region = "us-east-1";
  snapshot.spot = {{"x1.unpriced", "us-east-1a", quote(0.1)},
                   {"c5.large", "us-east-1a", quote(0.9)},
                   {"r5.nobucket", "us-east-1a", quote(0.1)},
                   {"m5.large", "us-east-1b", quote(0.25)},
                   {"m5.large", "us-east-1a", quote(0.25)}};
  for (const char* type : {"c5.large", "r5.nobucket", "m5.large"}) snapshot.on_demand[type] = quote(1.0);
  for (const char* type : {"c5.large", "x1.unpriced", "m5.large"}) snapshot.buckets[type] = bucket(0);
  return snapshot;
}

TEST(Ranking, PutsUnknownScoresLastAndOrdersTiesByTypeAndZone) {
  const auto report = rank_opportunities(mixed(), {}, {}, kNow);

  std::vector<std::string> order;
  for (const auto& row : report.opportunities)
    order.push_back(row.instance_type + "/" + row.availability_zone);
  EXPECT_EQ(order,
            (std::vector<std::string>{"m5.large/us-east-1a", "m5.large/us-east-1b", "c5.large/us-east-1a",
                                      "r5.nobucket/us-east-1a", "x1.unpriced/us-east-1a"}));
}

TEST(Ranking, CountsAndAveragesOverAllRowsAndAveragesOnlyWhatIsKnown) {
  OpportunityFilter filter;
  filter.limit = 1;

  const auto report = rank_opportunities(mixed(), {}, filter, kNow);

  EXPECT_EQ(report.opportunities.size(), 1U);
  EXPECT_EQ(report.total, 5U);
  EXPECT_EQ(report.recommended, 2U);  // 75 + 10 = 85, twice
  EXPECT_EQ(report.high_value, 2U);
  EXPECT_NEAR(*report.savings_percent_average, 62.5, 1e-9);  // (75 + 75 + 10 + 90) / 4
  EXPECT_NEAR(*report.savings_percent_best, 90, 1e-9);
}

TEST(Ranking, CountsOnlyWhatReachesTheWantedScore) {
  OpportunityFilter filter;
  filter.score_min = 19;  // c5.large has 10 + 10 = 20

  const auto report = rank_opportunities(mixed(), {}, filter, kNow);

  EXPECT_EQ(report.total, 3U);
  EXPECT_NEAR(*report.savings_percent_average, (75.0 + 75 + 10) / 3, 1e-9);
}

TEST(Ranking, OfNothingHasZeroCountsAndNoAverages) {
  const auto report = rank_opportunities({}, {}, {}, kNow);

  EXPECT_EQ(report.total, 0U);
  EXPECT_EQ(report.high_value, 0U);
  EXPECT_EQ(report.recommended, 0U);
  EXPECT_FALSE(report.savings_percent_average);
  EXPECT_FALSE(report.savings_percent_best);
  EXPECT_TRUE(report.opportunities.empty());
}

TEST(Ranking, FollowsAnotherPolicy) {
  OpportunityPolicy policy;
  policy.savings_points_max = 30;
  policy.volatility_assumed = 0;
  policy.recommended_above = 49;

  const Opportunity row = only_row(one_pool(0.4, 1.0, 0), policy);  // 30 + 20

  EXPECT_NEAR(*row.score, 50, 1e-9);
  EXPECT_TRUE(row.recommended);
}

TEST(CommonInstanceTypes, AreFortyAndWithoutRepeats) {
  auto types = common_instance_types();
  EXPECT_EQ(types.size(), 40U);
  std::sort(types.begin(), types.end());
  EXPECT_EQ(std::adjacent_find(types.begin(), types.end()), types.end());
}

}  // namespace
}  // namespace tidegate::spot
