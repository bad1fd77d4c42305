#include "services/scaling/size_decision.h"

#include <gtest/gtest.h>

namespace tidegate::scaling {
namespace {

struct Case {
  const char* name;
  ScalingConfig wanted;
  std::optional<double> load_increase;
  std::optional<bool> spot_recommended;
  int desired;
};

class DecideSize : public testing::TestWithParam<Case> {};

TEST_P(DecideSize, FollowsTheSeedsRules) {
  const Case& given = GetParam();
  const DemandRecommendation forecast{given.load_increase, given.spot_recommended, "{}"};

  const auto decision = decide_size(given.wanted, forecast, {});

  EXPECT_EQ(decision.target.desired_size, given.desired);
  EXPECT_EQ(decision.target.min_size, given.wanted.min_size);
  EXPECT_EQ(decision.target.max_size, given.wanted.max_size);
  int explained = given.wanted.desired_size;
  for (const auto& adjustment : decision.adjustments) explained += adjustment.nodes;
  EXPECT_EQ(explained, given.desired) << "the adjustments account for every node";
}

INSTANTIATE_TEST_SUITE_P(Rules, DecideSize,
                         testing::Values(Case{"as wanted", {1, 10, 4}, {}, {}, 4},
                                         Case{"0.3 is not above the threshold", {1, 10, 4}, 0.3, {}, 4},
                                         Case{"at least one node", {1, 10, 4}, 0.31, {}, 5},
                                         Case{"a fifth, rounded down", {1, 30, 14}, 0.5, {}, 16},
                                         Case{"a shrinking load takes none away", {1, 10, 4}, -0.5, {}, 4},
                                         Case{"spot headroom", {1, 10, 4}, {}, true, 5},
                                         Case{"spot not recommended", {1, 10, 4}, {}, false, 4},
                                         Case{"both", {1, 30, 10}, 0.4, true, 13},
                                         Case{"never above max", {1, 5, 5}, 0.9, true, 5},
                                         Case{"never below min", {3, 9, 1}, {}, {}, 3}),
                         [](const auto& info) {
                           std::string name = info.param.name;
                           for (char& c : name) {
                             if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
                           }
                           return name;
                         });

TEST(DecideSize, WithoutAForecastIsAsWanted) {
  const auto decision = decide_size({1, 10, 4}, std::nullopt, {});
  EXPECT_EQ(decision.target, (ScalingConfig{1, 10, 4}));
  EXPECT_TRUE(decision.adjustments.empty());
}

TEST(DecideSpotReplacement, GivesHeadroomToSpotGroupsOnly) {
  EXPECT_EQ(decide_spot_replacement({1, 10, 4}, "SPOT", {}).target.desired_size, 5);
  EXPECT_EQ(decide_spot_replacement({1, 4, 4}, "SPOT", {}).target.desired_size, 4);
  EXPECT_EQ(decide_spot_replacement({1, 10, 4}, "ON_DEMAND", {}).target.desired_size, 4);
  EXPECT_EQ(decide_spot_replacement({1, 10, 4}, std::nullopt, {}).target.desired_size, 4);
}

}  // namespace
}  // namespace tidegate::scaling
