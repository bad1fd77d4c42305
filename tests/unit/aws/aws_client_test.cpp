#include "aws/client/aws_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/aws/support/aws_fixture.h"

namespace tidegate::aws {
namespace {

using http::TransportFailure;
using nlohmann::json;
using std::chrono::milliseconds;
using testing::ElementsAre;

class AwsClientTest : public AwsClientFixture {
 protected:
  pplx::task<json> describe(const std::string& account = "") {
    return client_->call(eks().operation("DescribeNodegroup"),
                         {{"clusterName", "prod"}, {"nodegroupName", "web"}}, {"", account}, soon());
  }
  pplx::task<json> publish() {
    return client_->call(sns().operation("Publish"), {{"Message", "hello"}}, {}, soon());
  }
  AwsError error_of(pplx::task<json> call) {
    try {
      call.get();
    } catch (const AwsError& error) {
      return error;
    }
    ADD_FAILURE() << "the call did not fail";
    return AwsError({});
  }
};

http::Response throttled() {
  return answer(400, R"({"message":"slow down"})", {{"x-amzn-errortype", "ThrottlingException"}});
}
http::Response broken() { return answer(500, R"({"message":"oops"})", {{"x-amzn-requestid", "r-500"}}); }
http::Response a_group() { return answer(200, R"({"nodegroup":{"nodegroupName":"web","status":"ACTIVE"}})"); }

TEST_F(AwsClientTest, BuildsSignsSendsAndReads) {
  start([](const auto&, int) { return a_group(); });

  const auto group = describe().get();

  EXPECT_EQ(group["nodegroup"]["status"], "ACTIVE");
  const auto sent = http_->seen().at(0);
  EXPECT_EQ(sent.url, "https://eks.us-east-1.amazonaws.com/clusters/prod/node-groups/web");
  const http::Response headers{0, sent.headers, ""};
  EXPECT_THAT(
      headers.header("authorization"),
      testing::StartsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261121/us-east-1/eks/aws4_request"));
  EXPECT_EQ(headers.header("amz-sdk-request"), "attempt=1; max=3");
  EXPECT_EQ(headers.header("amz-sdk-invocation-id").size(), 36U);
  EXPECT_THAT(telemetry_.calls(), ElementsAre("EKS DescribeNodegroup ok"));
}

TEST_F(AwsClientTest, RetriesAReadAfterServerErrorsWithGrowingPauses) {
  start([](const auto&, int number) { return number < 3 ? broken() : a_group(); });

  EXPECT_NO_THROW(describe().get());

  EXPECT_THAT(clock_.sleeps(), ElementsAre(milliseconds(50), milliseconds(100)));
  EXPECT_THAT(telemetry_.calls(), ElementsAre("EKS DescribeNodegroup http_5xx",
                                              "EKS DescribeNodegroup http_5xx", "EKS DescribeNodegroup ok"));
}

TEST_F(AwsClientTest, SignsEachAttemptAnewUnderOneInvocationId) {
  start([this](const auto&, int number) {
    clock_.advance(std::chrono::seconds(1));
    return number < 3 ? broken() : a_group();
  });

  describe().get();

  std::set<std::string> signatures;
  std::set<std::string> invocations;
  for (const auto& request : http_->seen()) {
    const http::Response headers{0, request.headers, ""};
    signatures.insert(headers.header("authorization"));
    invocations.insert(headers.header("amz-sdk-invocation-id"));
  }
  EXPECT_EQ(signatures.size(), 3U);
  EXPECT_EQ(invocations.size(), 1U);
}

TEST_F(AwsClientTest, WaitsLongerAfterAThrottle) {
  start([](const auto&, int number) { return number < 2 ? throttled() : a_group(); });

  describe().get();

  EXPECT_THAT(clock_.sleeps(), ElementsAre(milliseconds(1'000)));
}

TEST_F(AwsClientTest, HeedsRetryAfterWithinFiveSecondsOfItsOwnPause) {
  start([](const auto&, int number) {
    if (number == 3) return a_group();
    auto reply = broken();
    reply.headers.emplace_back("x-amz-retry-after", number == 1 ? "300" : "60000");
    return reply;
  });

  describe().get();

  EXPECT_THAT(clock_.sleeps(), ElementsAre(milliseconds(300), milliseconds(5'100)));
}

TEST_F(AwsClientTest, GivesUpAfterThreeAttemptsAndFourOfDynamoDb) {
  start([](const auto&, int) { return broken(); });

  const auto eks_error = error_of(describe());
  const auto dynamodb_error = error_of(client_->call(
      dynamodb().operation("GetItem"), {{"TableName", "t"}, {"Key", {{"pk", {{"S", "a"}}}}}}, {}, soon()));

  EXPECT_EQ(eks_error.attempts(), 3);
  EXPECT_EQ(eks_error.origin().http_status, 500);
  EXPECT_EQ(eks_error.origin().request_id, "r-500");
  EXPECT_TRUE(eks_error.origin().retryable);
  EXPECT_EQ(dynamodb_error.attempts(), 4);
}

TEST_F(AwsClientTest, SendsAWriteWithoutTokenAgainOnlyWhereAwsCannotHaveActed) {
  using Kind = TransportFailure::Kind;
  const auto attempts_after = [this](ScriptedHttp::Handler handler) {
    start(std::move(handler));
    return error_of(publish()).attempts();
  };

  EXPECT_EQ(attempts_after([](const auto&, int) { return answer(500, ""); }), 1);
  EXPECT_EQ(attempts_after([](const auto&, int) { return answer(503, ""); }), 1);
  EXPECT_EQ(attempts_after([](const auto&, int) -> http::Response {
              throw TransportFailure(Kind::kReset, "reset", true);
            }),
            1);
  EXPECT_EQ(attempts_after([](const auto&, int) -> http::Response {
              throw TransportFailure(Kind::kConnect, "refused", false);
            }),
            3);
  EXPECT_EQ(attempts_after([](const auto&, int) {
              return answer(400, "<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>");
            }),
            3);
}

TEST_F(AwsClientTest, SaysWhetherAFailedWriteMayHaveBeenApplied) {
  start([](const auto&, int) { return answer(500, ""); });
  EXPECT_TRUE(error_of(publish()).maybe_applied());

  start([](const auto&, int) {
    return answer(400, "<ErrorResponse><Error><Code>InvalidParameter</Code></Error></ErrorResponse>");
  });
  EXPECT_FALSE(error_of(publish()).maybe_applied());
}

TEST_F(AwsClientTest, KeepsOneIdempotencyTokenOverAllAttempts) {
  start([](const auto&, int number) {
    return number < 3 ? broken() : answer(200, R"({"update":{"id":"u"}})");
  });
  const json parameters = {{"clusterName", "prod"}, {"nodegroupName", "web"}};

  client_->call(eks().operation("UpdateNodegroupConfig"), parameters, {}, soon()).get();

  std::set<std::string> bodies;
  for (const auto& request : http_->seen()) bodies.insert(request.body);
  EXPECT_EQ(bodies.size(), 1U);
  EXPECT_EQ(json::parse(*bodies.begin())["clientRequestToken"].get<std::string>().size(), 36U);
}

TEST_F(AwsClientTest, StopsRetryingWhenTheQuotaIsEmptyAndEarnsItBack) {
  AwsConfig config;
  config.breaker.enabled = false;
  config.retry.quota_max = 30;
  bool healthy = false;
  start([&healthy](const auto&, int) { return healthy ? a_group() : broken(); }, config);

  EXPECT_EQ(error_of(describe()).attempts(), 3);  // 30 - 14 - 14 = 2
  EXPECT_EQ(error_of(describe()).attempts(), 1);
  healthy = true;
  for (int i = 0; i < 12; ++i) describe().get();
  healthy = false;

  EXPECT_EQ(error_of(describe()).attempts(), 2);  // 2 + 12 pays for one
}

TEST_F(AwsClientTest, KeepsTheQuotaOfOneAccountFromAnother) {
  AwsConfig config;
  config.breaker.enabled = false;
  config.retry.quota_max = 28;
  start([](const auto&, int) { return broken(); }, config);
  error_of(describe());
  ASSERT_EQ(error_of(describe()).attempts(), 1);

  EXPECT_EQ(error_of(describe("dev")).attempts(), 3);
}

TEST_F(AwsClientTest, DoesNotRetryWhatWouldFailAgain) {
  start([](const auto&, int) {
    return answer(404, R"({"message":"No node group found"})",
                  {{"x-amzn-errortype", "ResourceNotFoundException:"}});
  });

  const auto error = error_of(describe());

  EXPECT_EQ(error.attempts(), 1);
  EXPECT_EQ(error.code(), "ResourceNotFoundException");
  EXPECT_STREQ(error.what(), "EKS DescribeNodegroup: ResourceNotFoundException: No node group found");
}

TEST_F(AwsClientTest, EndsAtItsDeadlineInsteadOfPausingBeyondIt) {
  start([](const auto&, int) { return throttled(); });
  const auto deadline = Deadline::after(clock_, milliseconds(900));

  const auto error =
      error_of(client_->call(eks().operation("DescribeNodegroup"),
                             {{"clusterName", "prod"}, {"nodegroupName", "web"}}, {}, deadline));

  EXPECT_EQ(error.attempts(), 1);
  EXPECT_TRUE(error.origin().throttling);
  EXPECT_TRUE(clock_.sleeps().empty());
}

TEST_F(AwsClientTest, TellsADeadlineThatPassedWithoutAnAnswer) {
  start([this](const auto&, int) -> http::Response {
    clock_.advance(std::chrono::minutes(11));
    throw TransportFailure(TransportFailure::Kind::kTimeout, "no answer", true);
  });

  EXPECT_THROW(describe().get(), DeadlineExceeded);
}

TEST_F(AwsClientTest, CorrectsASkewedClockOnceFromTheDateHeader) {
  start([](const http::Request& request, int) {
    const http::Response headers{0, request.headers, ""};
    if (headers.header("x-amz-date") < "20261121T023900Z") {
      return answer(
          403, R"({"message":"Signature expired"})",
          {{"x-amzn-errortype", "InvalidSignatureException"}, {"Date", "Sat, 21 Nov 2026 02:40:00 GMT"}});
    }
    return a_group();
  });

  describe().get();
  describe().get();

  EXPECT_EQ(http_->seen().size(), 3U);  // the second call knows the offset
  EXPECT_TRUE(clock_.sleeps().empty());
}

TEST_F(AwsClientTest, DoesNotTakeAWrongSecretForASkewedClock) {
  start([](const auto&, int) {
    return answer(
        403, R"({"message":"The request signature does not match"})",
        {{"x-amzn-errortype", "InvalidSignatureException"}, {"Date", "Sat, 21 Nov 2026 02:30:02 GMT"}});
  });

  EXPECT_EQ(error_of(describe()).attempts(), 1);
}

TEST_F(AwsClientTest, OpensTheCircuitAfterFiveFailedCallsAndTriesAgainAfterAMinute) {
  AwsConfig config;
  config.retry.attempts_max = 1;
  bool healthy = false;
  start([&healthy](const auto&, int) { return healthy ? a_group() : broken(); }, config);
  for (int i = 0; i < 5; ++i) error_of(describe());

  const auto refused = error_of(describe());
  EXPECT_EQ(http_->seen().size(), 5U);
  EXPECT_TRUE(refused.origin().unavailable);
  EXPECT_EQ(refused.origin().retry_after, std::chrono::seconds(60));

  clock_.advance(std::chrono::seconds(60));
  healthy = true;
  describe().get();
  describe().get();
  healthy = false;
  for (int i = 0; i < 4; ++i) error_of(describe());
  healthy = true;
  EXPECT_NO_THROW(describe().get()) << "four failures must not open a circuit that two successes closed";
}

TEST_F(AwsClientTest, DoesNotOpenTheCircuitForRefusals) {
  start([](const auto&, int) { return answer(403, "{}", {{"x-amzn-errortype", "AccessDeniedException"}}); });
  for (int i = 0; i < 10; ++i) error_of(describe());

  EXPECT_EQ(http_->seen().size(), 10U);
}

TEST_F(AwsClientTest, AsksTheStateTableAgainAtOnceHoweverOftenItFailed) {
  AwsConfig config;
  config.retry.attempts_max_dynamodb = 1;
  bool healthy = false;
  start([&healthy](const auto&, int) { return healthy ? answer(200, "{}") : broken(); }, config);
  const auto read = [this] {
    return client_->call(dynamodb().operation("GetItem"),
                         {{"TableName", "t"}, {"Key", {{"pk", {{"S", "a"}}}}}}, {}, soon());
  };
  for (int i = 0; i < 20; ++i) error_of(read());

  healthy = true;

  EXPECT_NO_THROW(read().get());
  EXPECT_EQ(http_->seen().size(), 21U);
}

TEST_F(AwsClientTest, TreatsAnAnswerItCannotReadAsMaybeAppliedAndAsksAgainForReads) {
  start(
      [](const auto&, int number) { return number == 1 ? answer(200, R"({"nodegroup":{"no)") : a_group(); });
  EXPECT_EQ(describe().get()["nodegroup"]["status"], "ACTIVE");

  start([](const auto&, int) { return answer(200, "<PublishResponse><PublishRes"); });
  const auto error = error_of(publish());
  EXPECT_TRUE(error.maybe_applied());
  EXPECT_EQ(error.attempts(), 1);
}

TEST_F(AwsClientTest, SendsTextAsItIsAndGivesTheAnswersWholeTextBack) {
  const std::string whole = R"({"Item":{"pk":{"S":"a"}},"unknown":1})";
  start([&](const auto&, int number) { return answer(200, number < 2 ? R"({"Item":)" : whole); });
  const std::string body = R"({"TableName":"t","Key":{"pk":{"S":"a"}}})";

  EXPECT_EQ(client_->exchange(dynamodb().operation("GetItem"), body, {}, soon()).get(), whole);

  ASSERT_EQ(http_->seen().size(), 2U);  // half an answer to a read is a lost one
  const auto sent = http_->seen().at(1);
  EXPECT_EQ(sent.body, body);
  const http::Response headers{0, sent.headers, ""};
  EXPECT_EQ(headers.header("x-amz-target"), "DynamoDB_20120810.GetItem");
  EXPECT_EQ(headers.header("content-type"), "application/x-amz-json-1.0");
}

TEST_F(AwsClientTest, SendsTextOnlyWhereTheRequestIsNothingElse) {
  start([](const auto&, int) { return a_group(); });

  EXPECT_THROW(client_->exchange(eks().operation("DescribeNodegroup"), "{}", {}, soon()).get(),
               std::logic_error);

  EXPECT_TRUE(http_->seen().empty());
}

TEST_F(AwsClientTest, FreesTheProbeOfAHalfOpenCircuitWhereAwsWasNotAsked) {
  AwsConfig config;
  config.retry.attempts_max = 1;
  start([](const auto&, int number) { return number <= 5 ? broken() : a_group(); }, config);
  for (int i = 0; i < 5; ++i) error_of(describe());
  clock_.advance(std::chrono::seconds(61));

  // Sent by no one: the row has no such member.
  EXPECT_THROW(client_->call(eks().operation("DescribeNodegroup"), {{"x", 1}}, {}, soon()).get(),
               std::logic_error);

  EXPECT_NO_THROW(describe().get());  // else refused: one probe at a time
}

TEST_F(AwsClientTest, FollowsPagesThroughEmptyOnesToAnEmptyToken) {
  start([](const http::Request&, int number) {
    if (number == 1) return answer(200, R"({"nodegroups":["a"],"nextToken":"1"})");
    if (number == 2) return answer(200, R"({"nodegroups":[],"nextToken":"2"})");
    return answer(200, R"({"nodegroups":["b"],"nextToken":""})");
  });

  const auto all =
      client_->call_all(eks().operation("ListNodegroups"), {{"clusterName", "prod"}}, {}, soon()).get();

  EXPECT_EQ(all.items, json({"a", "b"}));
  EXPECT_FALSE(all.truncated);
  EXPECT_THAT(http_->seen().at(2).url, testing::HasSubstr("nextToken=2"));
}

TEST_F(AwsClientTest, StopsAtARepeatedTokenAndAtTheCap) {
  start([](const auto&, int) { return answer(200, R"({"nodegroups":["a"],"nextToken":"same"})"); });
  EXPECT_THROW(client_->call_all(eks().operation("ListNodegroups"), {{"clusterName", "p"}}, {}, soon()).get(),
               AwsError);

  AwsConfig config;
  config.pages_max = 3;
  start(
      [](const auto&, int number) {
        return answer(200, R"({"nodegroups":["a"],"nextToken":")" + std::to_string(number) + "\"}");
      },
      config);
  const auto all =
      client_->call_all(eks().operation("ListNodegroups"), {{"clusterName", "p"}}, {}, soon()).get();
  EXPECT_EQ(all.items.size(), 3U);
  EXPECT_TRUE(all.truncated);
}

TEST_F(AwsClientTest, RefusesParametersThatTheRowDoesNotHave) {
  start([](const auto&, int) { return a_group(); });
  const auto& operation = eks().operation("DescribeNodegroup");

  EXPECT_THROW(client_->call(operation, {{"clusterName", "p"}}, {}, soon()).get(), std::logic_error);
  EXPECT_THROW(
      client_->call(operation, {{"clusterName", "p"}, {"nodegroupName", "n"}, {"typo", 1}}, {}, soon()).get(),
      std::logic_error);
  EXPECT_THROW(client_->call(operation, {{"clusterName", "p"}, {"nodegroupName", ""}}, {}, soon()).get(),
               InvalidRequest);
  EXPECT_TRUE(http_->seen().empty());
}

TEST_F(AwsClientTest, RefusesARegionThatIsNoName) {
  start([](const auto&, int) { return a_group(); });

  EXPECT_THROW(
      client_->call(eks().operation("ListClusters"), json::object(), {"evil.example/", ""}, soon()).get(),
      InvalidRequest);
}

}  // namespace
}  // namespace tidegate::aws
