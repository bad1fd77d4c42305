// The ports over AWS, against answers that a test writes: what AWS may say that the emulator would not.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "aws/adapters/container_insights.h"
#include "aws/adapters/eks_clusters.h"
#include "aws/adapters/lambda_forecaster.h"
#include "aws/adapters/lambda_price_predictor.h"
#include "aws/adapters/on_demand_prices.h"
#include "aws/adapters/ses_email.h"
#include "aws/adapters/sns_sms.h"
#include "aws/adapters/spot_advisor.h"
#include "aws/adapters/spot_prices.h"
#include "tests/unit/aws/support/aws_fixture.h"

namespace tidegate::aws {
namespace {

using nlohmann::json;
using testing::HasSubstr;

http::Response aws_error(int status, const std::string& code, const std::string& message) {
  return answer(status, json({{"message", message}}).dump(), {{"x-amzn-errortype", code}});
}

class AdaptersTest : public AwsClientFixture {
 protected:
  const scaling::ClusterRef prod_{"", "us-east-1", "prod"};
};

TEST_F(AdaptersTest, EksRefusalsComeInThePortsWords) {
  http::Response reply;
  start([&reply](const auto&, int) { return reply; });
  EksClusters clusters(client_, {});
  const auto update = [&] { clusters.update_scaling(prod_, "web", {1, 2, 1}, "token", soon()).get(); };

  reply = aws_error(404, "ResourceNotFoundException", "No node group found for name: web.");
  EXPECT_THROW(update(), NotFound);
  reply = aws_error(409, "ResourceInUseException", "Nodegroup cannot be updated");
  try {
    update();
    FAIL();
  } catch (const Conflict& conflict) {
    EXPECT_EQ(conflict.retry_after(), std::chrono::seconds(30));
  }
  reply =
      aws_error(400, "InvalidParameterException", "Minimum capacity 5 can't be greater than desired size 1");
  EXPECT_THROW(update(), InvalidRequest);
  reply = aws_error(403, "AccessDeniedException", "not authorized");
  EXPECT_THROW(update(), UpstreamFailure);
  reply = answer(200, R"({"somethingElse":{}})");
  EXPECT_THROW(update(), UpstreamFailure);
}

TEST_F(AdaptersTest, EksSendsAllThreeSizesAndTheCallersToken) {
  start([](const auto&, int) { return answer(200, R"({"update":{"id":"u-1","status":"InProgress"}})"); });
  EksClusters clusters(client_, {});

  EXPECT_EQ(clusters.update_scaling(prod_, "web", {1, 9, 4}, "token-7", soon()).get().id, "u-1");

  EXPECT_EQ(
      json::parse(http_->seen().at(0).body),
      json::parse(
          R"({"scalingConfig":{"minSize":1,"maxSize":9,"desiredSize":4},"clientRequestToken":"token-7"})"));
}

std::string spot_page(const std::string& rows, const std::string& token) {
  return "<DescribeSpotPriceHistoryResponse><spotPriceHistorySet>" + rows +
         "</spotPriceHistorySet><nextToken>" + token + "</nextToken></DescribeSpotPriceHistoryResponse>";
}

std::string spot_row(const std::string& type, const std::string& zone, const std::string& price,
                     const std::string& at) {
  return "<item><instanceType>" + type + "</instanceType><availabilityZone>" + zone +
         "</availabilityZone><spotPrice>" + price + "</spotPrice><timestamp>" + at + "</timestamp></item>";
}

TEST_F(AdaptersTest, SpotPricesAreTheLatestOfEachPoolOverShortPages) {
  start([](const auto&, int number) {
    if (number == 1) {
      return answer(200, spot_page(spot_row("m5.large", "us-east-1a", "0.030", "2026-11-20T10:00:00.000Z") +
                                       spot_row("m5.large", "us-east-1b", "0", "2026-11-20T10:00:00.000Z"),
                                   "more"));
    }
    return answer(200,
                  spot_page(spot_row("m5.large", "us-east-1a", "0.031", "2026-11-21T01:00:00.000Z"), ""));
  });
  Ec2SpotPrices prices(client_, {});

  const auto quotes = prices.spot("us-east-1", {"m5.large"}, {}, soon()).get();

  ASSERT_EQ(quotes.size(), 1U) << "a price of 0 is no price";
  EXPECT_DOUBLE_EQ(quotes[0].quote.usd_per_hour, 0.031);
  EXPECT_EQ(format_rfc3339(quotes[0].quote.observed_at), "2026-11-21T01:00:00.000Z");
}

TEST_F(AdaptersTest, SpotPricesAreAskedOnceForFiveMinutes) {
  start([](const auto&, int) {
    return answer(200, spot_page(spot_row("m5.large", "us-east-1a", "0.03", "2026-11-20T10:00:00.000Z"), ""));
  });
  Ec2SpotPrices prices(client_, {});

  for (int i = 0; i < 3; ++i) prices.spot("us-east-1", {"m5.large"}, {"us-east-1a"}, soon()).get();
  EXPECT_EQ(http_->seen().size(), 1U);
  clock_.advance(std::chrono::minutes(5));
  prices.spot("us-east-1", {"m5.large"}, {}, soon()).get();
  EXPECT_EQ(http_->seen().size(), 2U);
}

TEST_F(AdaptersTest, StaleSpotPricesStandInWhileAwsFailsAndKeepTheirAge) {
  bool down = false;
  start([&down](const auto&, int) {
    if (down) return answer(503, "");
    return answer(200, spot_page(spot_row("m5.large", "us-east-1a", "0.03", "2026-11-20T10:00:00.000Z"), ""));
  });
  Ec2SpotPrices prices(client_, {});
  prices.spot("us-east-1", {}, {}, soon()).get();
  down = true;
  clock_.advance(std::chrono::minutes(10));

  EXPECT_EQ(prices.spot("us-east-1", {}, {}, soon()).get().size(), 1U);
  clock_.advance(std::chrono::hours(7));
  EXPECT_THROW(prices.spot("us-east-1", {}, {}, soon()).get(), UpstreamFailure);
}

json product(const std::string& type, const std::string& unit, const json& per_unit) {
  json entry;
  entry["product"]["attributes"]["instanceType"] = type;
  entry["terms"]["OnDemand"]["a.b"]["priceDimensions"]["c"] = {{"unit", unit}, {"pricePerUnit", per_unit}};
  return entry.dump();
}

TEST_F(AdaptersTest, OnDemandPricesThatAreNotPlainUsdPerHourAreUnknown) {
  start([](const http::Request& request, int) {
    json list = json::array();
    const auto body = json::parse(request.body);
    for (const auto& filter : body["Filters"]) {
      if (filter["Field"] != "instanceType") continue;
      const std::string type = filter["Value"];
      if (type == "good.large") list.push_back(product(type, "Hrs", {{"USD", "0.0960000000"}}));
      if (type == "free.large") list.push_back(product(type, "Hrs", {{"USD", "0.0000000000"}}));
      if (type == "yuan.large") list.push_back(product(type, "Hrs", {{"CNY", "0.5"}}));
      if (type == "daily.large") list.push_back(product(type, "Days", {{"USD", "2"}}));
      if (type == "odd.large") list.push_back("{\"product\":");
    }
    json page = json::object();
    page["PriceList"] = list;
    return answer(200, page.dump());
  });
  PricingOnDemandPrices prices(client_, {});

  const auto quotes =
      prices
          .on_demand("eu-west-1", {"good.large", "free.large", "yuan.large", "daily.large", "odd.large"},
                     soon())
          .get();

  ASSERT_EQ(quotes.size(), 1U);
  EXPECT_DOUBLE_EQ(quotes.at("good.large").usd_per_hour, 0.096);
  EXPECT_THAT(http_->seen().at(0).url, HasSubstr("api.pricing.eu-central-1.amazonaws.com"));
}

TEST_F(AdaptersTest, OnDemandPricesOfManyTypesAreReadAsOneList) {
  start([](const auto&, int number) {
    json page = json::object();
    page["PriceList"] =
        json::array({product("t" + std::to_string(number) + ".large", "Hrs", {{"USD", "1"}})});
    if (number == 1) page["NextToken"] = "2";
    return answer(200, page.dump());
  });
  PricingOnDemandPrices prices(client_, {});
  std::vector<std::string> types;
  for (int i = 0; i < 40; ++i) types.push_back("t" + std::to_string(i) + ".large");

  EXPECT_EQ(prices.on_demand("us-east-1", types, soon()).get().size(), 2U);
  EXPECT_EQ(prices.on_demand("us-east-1", {"t1.large"}, soon()).get().size(), 1U);
  EXPECT_EQ(http_->seen().size(), 2U);
}

TEST_F(AdaptersTest, AForecasterThatFailsIsUnavailableAndSaysWhy) {
  http::Response reply;
  start([&reply](const auto&, int) { return reply; });
  LambdaForecaster forecaster(client_, {.missing_for = std::chrono::seconds(0)});
  const auto why = [&] { return forecaster.recommend(prod_, "scale_up", soon()).get().unavailable; };

  reply = answer(200, R"({"errorMessage":"division by zero"})", {{"X-Amz-Function-Error", "Unhandled"}});
  EXPECT_EQ(why(), "function demand-forecaster failed: division by zero");
  reply = answer(200, "not json");
  EXPECT_EQ(why(), "function demand-forecaster answered something that is no JSON");
  reply = aws_error(404, "ResourceNotFoundException", "Function not found");
  EXPECT_EQ(why(), "function demand-forecaster does not exist");
  reply = answer(200, R"([1])");
  EXPECT_EQ(why(), "function demand-forecaster gave no recommendations");
  reply = answer(200, R"({"recommendations":{"web":{"predicted_load_increase":"much"}}})");
  EXPECT_EQ(why(), "");
}

TEST_F(AdaptersTest, AForecastRecommendsSpotByWhatPythonTakesForTrue) {
  std::string recommended;
  start([&recommended](const auto&, int) {
    return answer(200,
                  R"({"recommendations":{"web":{"spot_optimization":{"recommended":)" + recommended + "}}}}");
  });
  LambdaForecaster forecaster(client_, {});
  const auto recommends = [&](const std::string& value) {
    recommended = value;
    return forecaster.recommend(prod_, "scale_up", soon()).get().by_nodegroup.at("web").spot_recommended;
  };

  for (const char* value : {"true", "1", "0.5", R"("yes")", "[0]"})
    EXPECT_EQ(recommends(value), true) << value;
  for (const char* value : {"false", "0", "null", R"("")", "[]"})
    EXPECT_EQ(recommends(value), false) << value;
}

TEST_F(AdaptersTest, AForecasterThatIsNotThereIsAskedForOnceAMinuteInEachPlace) {
  http::Response reply = aws_error(404, "ResourceNotFoundException", "Function not found");
  start([&reply](const auto&, int) { return reply; });
  LambdaForecaster forecaster(client_, {});
  const auto why = [&](const scaling::ClusterRef& cluster) {
    return forecaster.recommend(cluster, "scale_up", soon()).get().unavailable;
  };
  const scaling::ClusterRef elsewhere{.account = "dev", .region = "eu-west-1", .cluster = "prod"};

  EXPECT_EQ(why(prod_), "function demand-forecaster does not exist");
  EXPECT_EQ(why(prod_), "function demand-forecaster does not exist");
  EXPECT_EQ(http_->seen().size(), 1U);
  EXPECT_EQ(why(elsewhere), "function demand-forecaster does not exist");
  EXPECT_EQ(http_->seen().size(), 2U);

  reply = answer(200, R"({"recommendations":{}})");
  clock_.advance(std::chrono::seconds(59));
  EXPECT_EQ(why(prod_), "function demand-forecaster does not exist");
  clock_.advance(std::chrono::seconds(1));
  EXPECT_EQ(why(prod_), "");
  EXPECT_EQ(http_->seen().size(), 3U);
}

TEST_F(AdaptersTest, AForecasterThatFailsOtherwiseIsAskedAgain) {
  start([](const auto&, int) { return aws_error(403, "AccessDeniedException", "no"); });
  LambdaForecaster forecaster(client_, {});

  for (int i = 0; i < 2; ++i) forecaster.recommend(prod_, "scale_up", soon()).get();

  EXPECT_EQ(http_->seen().size(), 2U);
}

TEST_F(AdaptersTest, AForecastInAHandlersEnvelopeIsUnwrapped) {
  start([](const auto&, int) {
    json body = {
        {"predictions", {{"m5.large", {{"us-east-1a", {{"volatility", 0.25}, {"trend", "stable"}}}}}}}};
    return answer(200, json({{"statusCode", 200}, {"body", body.dump()}}).dump());
  });
  LambdaPricePredictor predictor(client_, {});

  const auto forecast = predictor.predict("us-east-1", soon()).get();

  EXPECT_EQ(forecast.by_pool.at("m5.large").at("us-east-1a").volatility, 0.25);
  EXPECT_EQ(forecast.by_pool.at("m5.large").at("us-east-1a").trend, "stable");
}

TEST_F(AdaptersTest, AWorkloadWithoutFiguresIsNullAndSaysWhy) {
  http::Response reply = answer(200, R"({"MetricDataResults":[{"Id":"cpu","Timestamps":[],"Values":[]}]})");
  start([&reply](const auto&, int) { return reply; });
  ContainerInsights workload(client_, {});

  const auto none = workload.analyze(prod_, soon()).get();
  EXPECT_FALSE(none.cpu_reserved_percent || none.memory_reserved_percent || none.node_count ||
               none.observed_at);
  EXPECT_THAT(none.unavailable, HasSubstr("no Container Insights figures"));

  reply = answer(200, R"({"MetricDataResults":[{"Id":"cpu","Timestamps":[1000,2000],"Values":[10,20]}]})");
  const auto some = workload.analyze(prod_, soon()).get();
  EXPECT_EQ(some.cpu_reserved_percent, 20.0);
  EXPECT_THAT(some.unavailable, HasSubstr("lacks some"));

  reply = aws_error(403, "AccessDenied", "no");
  EXPECT_THAT(workload.analyze(prod_, soon()).get().unavailable, HasSubstr("AccessDenied"));
}

alerts::Notification notification() {
  return {.alert_id = "a-1",
          .severity = "warning",
          .type = "general",
          .title = "Disk\r\nBcc: x@y",
          .message = "90 %",
          .alert_json = "{}",
          .dedup_token = "t"};
}

TEST_F(AdaptersTest, MailHasASubjectOfOneLineAndFailuresSayWhetherToTryAgain) {
  http::Response reply = answer(200, R"({"MessageId":"m-1"})");
  start([&reply](const auto&, int) { return reply; });
  SesEmail email(client_, {.from = "a@example.com", .to = {"b@example.com"}});

  EXPECT_EQ(email.notify(notification(), soon()).get(), "m-1");
  const auto sent = json::parse(http_->seen().at(0).body);
  EXPECT_EQ(sent["Content"]["Simple"]["Subject"]["Data"], "[WARNING] Disk");

  const auto retryable = [&] {
    try {
      email.notify(notification(), soon()).get();
    } catch (const alerts::DeliveryFailed& failure) {
      return failure.retryable();
    }
    throw std::logic_error("it was delivered");
  };
  reply = aws_error(400, "MessageRejected", "Email address is not verified");
  EXPECT_FALSE(retryable());
  reply = answer(500, "");
  EXPECT_TRUE(retryable());
}

TEST_F(AdaptersTest, TextMessagesAreDeliveredWhereOneNumberTookThem) {
  start([](const http::Request& request, int) {
    if (request.body.find("%2B49") != std::string::npos) {
      return answer(
          400,
          "<ErrorResponse><Error><Code>InvalidParameter</Code><Message>no</Message></Error></ErrorResponse>");
    }
    return answer(
        200, "<PublishResponse><PublishResult><MessageId>m-2</MessageId></PublishResult></PublishResponse>");
  });
  SnsSms mixed(client_, {.phone_numbers = {"+4915", "+9199"}});
  SnsSms none(client_, {.phone_numbers = {"+4915"}});

  EXPECT_EQ(mixed.notify(notification(), soon()).get(), "m-2");
  EXPECT_THROW(none.notify(notification(), soon()).get(), alerts::DeliveryFailed);
  EXPECT_THAT(http_->seen().at(0).body, HasSubstr("MessageAttributes.entry.1.Name=AWS.SNS.SMS.SMSType"));
}

alerts::DeliveryFailed failure_of(alerts::Channel& channel, Deadline deadline) {
  try {
    channel.notify(notification(), deadline).get();
  } catch (const alerts::DeliveryFailed& failed) {
    return failed;
  }
  throw std::logic_error("it was delivered");
}

TEST_F(AdaptersTest, MessagesThatAwsMayHaveSentAreSaidToBe) {
  http::Response reply;
  start([&reply](const auto&, int) { return reply; });
  SesEmail email(client_, {.from = "a@example.com", .to = {"b@example.com"}});
  SnsSms sms(client_, {.phone_numbers = {"+9199"}});

  reply = answer(500, "");
  EXPECT_TRUE(failure_of(email, soon()).maybe_delivered());
  EXPECT_TRUE(failure_of(sms, soon()).maybe_delivered());

  reply = aws_error(429, "TooManyRequestsException", "slow down");
  EXPECT_FALSE(failure_of(email, soon()).maybe_delivered());
  reply = answer(400, "<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>");
  EXPECT_FALSE(failure_of(sms, soon()).maybe_delivered());
}

TEST_F(AdaptersTest, MessagesWithoutAnAnswerInTimeAreSaidToBeMaybeSent) {
  start([this](const auto&, int) -> http::Response {
    clock_.advance(std::chrono::minutes(11));
    throw http::TransportFailure(http::TransportFailure::Kind::kTimeout, "no answer", true);
  });
  SesEmail email(client_, {.from = "a@example.com", .to = {"b@example.com"}});

  const auto failed = failure_of(email, soon());

  EXPECT_TRUE(failed.maybe_delivered());
  EXPECT_TRUE(failed.retryable());
}

TEST_F(AdaptersTest, TextMessagesAreMaybeSentWhereOneNumberMayHaveTakenThem) {
  start([](const http::Request& request, int) {
    if (request.body.find("%2B49") != std::string::npos) return answer(500, "");
    return answer(400, "<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>");
  });
  SnsSms sms(client_, {.phone_numbers = {"+4915", "+9199"}});

  EXPECT_TRUE(failure_of(sms, soon()).maybe_delivered());
}

constexpr const char* kFeed = R"({
  "ranges": [{"index": 0, "label": "<5%"}, {"index": 4, "label": ">20%"}],
  "spot_advisor": {"us-east-1": {"Linux": {"m5.large": {"s": 60, "r": 0}, "x1.large": {"s": 1, "r": 9}},
                                 "Windows": {"c5.large": {"s": 1, "r": 4}}}}})";

TEST(SpotAdvisorFeed, HoldsLinuxTypesWithABucketThatExists) {
  const auto feed = SpotAdvisor::parse(kFeed, parse_rfc3339("2026-11-01T00:00:00Z"));

  ASSERT_EQ(feed.at("us-east-1").size(), 1U);
  EXPECT_EQ(feed.at("us-east-1").at("m5.large").label, "<5%");
  EXPECT_EQ(format_rfc3339(feed.at("us-east-1").at("m5.large").observed_at), "2026-11-01T00:00:00.000Z");
}

TEST(SpotAdvisorFeed, RefusesWhatIsNotOfItsShape) {
  for (const auto* text : {"", "[]", "{}", R"({"ranges":[],"spot_advisor":{}})",
                           R"({"ranges":[],"spot_advisor":{"us-east-1":{"Linux":{"m5.large":{}}}}})"}) {
    EXPECT_THROW(SpotAdvisor::parse(text, {}), UpstreamFailure) << text;
  }
}

TEST_F(AdaptersTest, TheAdvisorIsFetchedWithItsAgeAndKeptWhileTheSourceIsDown) {
  bool down = false;
  const auto feed_http = std::make_shared<ScriptedHttp>([&down](const auto&, int) {
    if (down) return answer(500, "");
    return answer(200, kFeed, {{"Last-Modified", "Fri, 20 Nov 2026 00:00:00 GMT"}});
  });
  SpotAdvisor advisor({.url = "https://feed.example/x.json"}, feed_http, clock_);

  const auto buckets = advisor.buckets("us-east-1", soon()).get();
  EXPECT_EQ(format_rfc3339(buckets.at("m5.large").observed_at), "2026-11-20T00:00:00.000Z");
  EXPECT_TRUE(advisor.buckets("eu-west-1", soon()).get().empty());
  down = true;
  clock_.advance(std::chrono::hours(7));
  EXPECT_EQ(advisor.buckets("us-east-1", soon()).get().size(), 1U);
  EXPECT_EQ(feed_http->seen().size(), 2U);
}

TEST_F(AdaptersTest, TheAdvisorWithoutASourceKnowsNothing) {
  SpotAdvisor advisor({.url = ""}, nullptr, clock_);

  EXPECT_TRUE(advisor.buckets("us-east-1", soon()).get().empty());
}

TEST_F(AdaptersTest, TheAdvisorSaysWhichFileItCannotRead) {
  SpotAdvisor advisor({.file = "/nowhere/feed.json"}, nullptr, clock_);

  EXPECT_THROW(advisor.buckets("us-east-1", soon()).get(), UpstreamFailure);
}

}  // namespace
}  // namespace tidegate::aws
