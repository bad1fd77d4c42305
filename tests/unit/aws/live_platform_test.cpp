// The ports over AWS's wire: run against the emulator that TIDEGATE_TEST_AWS_ENDPOINT names
// (tests/contract/test_live_platform.py starts and fills it), skipped where none is named.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "aws/aws_platform.h"
#include "tests/unit/aws/support/aws_fixture.h"

namespace tidegate::aws {
namespace {

using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::Gt;

class LivePlatform : public testing::Test {
 protected:
  void SetUp() override {
    const char* endpoint = std::getenv("TIDEGATE_TEST_AWS_ENDPOINT");  // NOLINT(concurrency-mt-unsafe)
    if (endpoint == nullptr) GTEST_SKIP() << "TIDEGATE_TEST_AWS_ENDPOINT names no emulator";
    const char* now = std::getenv("TIDEGATE_TEST_SPOT_ADVISOR");  // NOLINT(concurrency-mt-unsafe)
    AwsPlatformConfig config;
    config.aws.region = "us-east-1";
    config.aws.endpoints.overrides = {{"", "", endpoint}};
    config.spot_advisor.file = now == nullptr ? "" : now;
    config.email = {.from = "tidegate@example.com", .to = {"ops@example.com"}};
    config.sms.phone_numbers = {"+911234567890"};
    platform_ = make_aws_platform(config, clock_, telemetry_, [](const std::string& name) {
      if (name == "AWS_ACCESS_KEY_ID") return std::optional<std::string>("tidegatetestkey");
      if (name == "AWS_SECRET_ACCESS_KEY") return std::optional<std::string>("tidegatetestsecret");
      return std::optional<std::string>();
    });
  }

  Deadline soon() const { return Deadline::after(clock_, seconds(30)); }

  alerts::Notification notification() const {
    return {.alert_id = "alert-1",
            .severity = "critical",
            .type = "general",
            .title = "Größe\nzweite Zeile",
            .message = "All is lost, nearly",
            .alert_json = "{}",
            .dedup_token = "token-1"};
  }

  const scaling::ClusterRef prod_{"", "us-east-1", "prod"};
  RealClock clock_;
  RecordingTelemetry telemetry_;
  AwsPlatform platform_;
};

TEST_F(LivePlatform, ListsDescribesAndScalesNodegroups) {
  EXPECT_THAT(platform_.clusters->list_nodegroups(prod_, soon()).get(), Contains("web"));
  const auto before = platform_.clusters->describe_nodegroup(prod_, "web", soon()).get();
  EXPECT_EQ(before.status, "ACTIVE");
  EXPECT_EQ(before.capacity_type, "SPOT");
  EXPECT_THAT(before.instance_types, ElementsAre("m5.large"));

  const scaling::ScalingConfig wanted{1, 10, 5};
  const auto update = platform_.clusters->update_scaling(prod_, "web", wanted, "live-token-1", soon()).get();
  const auto again = platform_.clusters->update_scaling(prod_, "web", wanted, "live-token-1", soon()).get();
  EXPECT_EQ(again.id, update.id);
  EXPECT_THROW(platform_.clusters->update_scaling(prod_, "web", {1, 10, 6}, "live-token-2", soon()).get(),
               Conflict);
  const auto seen = platform_.clusters->describe_update(prod_, "web", update.id, soon()).get();
  EXPECT_EQ(seen.id, update.id);
  EXPECT_THAT(seen.status, testing::AnyOf("InProgress", "Successful"));
}

TEST_F(LivePlatform, TellsWhatIsNotThere) {
  EXPECT_THROW(platform_.clusters->describe_nodegroup(prod_, "nothing", soon()).get(), NotFound);
  EXPECT_THROW(platform_.clusters->list_nodegroups({"", "us-east-1", "nothing"}, soon()).get(), NotFound);
}

TEST_F(LivePlatform, ReadsOnDemandPricesOfAFewTypesAndOfARegion) {
  const auto few =
      platform_.on_demand_prices->on_demand("us-east-1", {"m5.large", "p3.2xlarge", "no.type"}, soon()).get();
  EXPECT_EQ(few.size(), 2U);
  EXPECT_DOUBLE_EQ(few.at("m5.large").usd_per_hour, 0.096);

  std::vector<std::string> many = {"m5.large"};
  for (int i = 0; i < 20; ++i) many.push_back("none" + std::to_string(i) + ".large");
  many.push_back("c5.xlarge");
  const auto region = platform_.on_demand_prices->on_demand("us-east-1", many, soon()).get();
  EXPECT_EQ(region.size(), 2U);
  EXPECT_DOUBLE_EQ(region.at("m5.large").usd_per_hour, 0.096);
}

TEST_F(LivePlatform, ReadsTheSpotPriceInForceOfEachPool) {
  const auto all = platform_.spot_prices->spot("us-east-1", {"m5.large"}, {}, soon()).get();
  const auto one = platform_.spot_prices->spot("us-east-1", {"m5.large"}, {"us-east-1a"}, soon()).get();

  EXPECT_EQ(all.size(), 5U);
  ASSERT_EQ(one.size(), 1U);
  EXPECT_THAT(one.front().quote.usd_per_hour, Gt(0.0));
  EXPECT_EQ(one.front().quote.source, "aws:spot-price-history");
}

TEST_F(LivePlatform, AsksTheForecasterAndSaysWhyOneIsAbsent) {
  const auto forecast = platform_.demand_forecaster->recommend(prod_, "scale_up", soon()).get();
  const auto prediction = platform_.price_predictor->predict("us-east-1", soon()).get();

  EXPECT_EQ(forecast.unavailable, "");
  EXPECT_EQ(forecast.by_nodegroup.at("web").predicted_load_increase, 0.4);
  EXPECT_EQ(forecast.by_nodegroup.at("web").spot_recommended, true);
  EXPECT_EQ(prediction.unavailable, "function spot-price-predictor does not exist");
}

TEST_F(LivePlatform, ReadsReservedCapacityAndSaysWhereThereIsNone) {
  const auto workload = platform_.workload->analyze(prod_, soon()).get();
  EXPECT_EQ(workload.unavailable, "");
  EXPECT_EQ(workload.cpu_reserved_percent, 61.5);
  EXPECT_EQ(workload.memory_reserved_percent, 42.0);
  EXPECT_EQ(workload.node_count, 3);

  const auto nothing = platform_.workload->analyze({"", "us-east-1", "nothing"}, soon()).get();
  EXPECT_FALSE(nothing.cpu_reserved_percent.has_value());
  EXPECT_NE(nothing.unavailable, "");
}

TEST_F(LivePlatform, ReadsInterruptionBuckets) {
  if (std::getenv("TIDEGATE_TEST_SPOT_ADVISOR") == nullptr) GTEST_SKIP();  // NOLINT(concurrency-mt-unsafe)
  const auto buckets = platform_.interruptions->buckets("us-east-1", soon()).get();

  EXPECT_THAT(buckets.size(), Gt(500U));
  EXPECT_THAT(buckets.at("m5.large").label, testing::MatchesRegex("<5%|5-10%|10-15%|15-20%|>20%"));
}

TEST_F(LivePlatform, SendsMailAndText) {
  EXPECT_NE(platform_.email->notify(notification(), soon()).get(), "");
  EXPECT_NE(platform_.sms->notify(notification(), soon()).get(), "");
}

TEST_F(LivePlatform, HasCredentials) { EXPECT_NO_THROW(check_credentials(platform_, soon()).get()); }

}  // namespace
}  // namespace tidegate::aws
