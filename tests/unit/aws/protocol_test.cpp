#include "aws/protocols/protocol.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "aws/operations/table.h"
#include "aws/protocols/scalars.h"

namespace tidegate::aws {
namespace {

using nlohmann::json;

struct ErrorCase {
  const char* what;
  const Operation& operation;
  int status;
  http::Headers headers;
  std::string body;
  std::string code;
  std::string message;
  std::string request_id;
};

TEST(AwsErrors, AreReadFromEachProtocolsShape) {
  const auto& rest = eks().operation("DescribeNodegroup");
  const auto& json11 = price_list().operation("GetProducts");
  const auto& json10 = dynamodb().operation("GetItem");
  const auto& query = sns().operation("Publish");
  const auto& ec2_row = ec2().operation("DescribeRegions");
  const http::Headers id = {{"x-amzn-RequestId", "r-1"}};
  const std::vector<ErrorCase> cases = {
      {"header with an address",
       rest,
       404,
       {{"x-amzn-ErrorType", "ResourceNotFoundException:http://x/"}},
       R"({"message":"gone"})",
       "ResourceNotFoundException",
       "gone",
       ""},
      {"code in the body", rest, 400, id, R"({"code":"BadRequest","Message":"m"})", "BadRequest", "m", "r-1"},
      {"namespaced type", json10, 400, id,
       R"({"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"no table"})",
       "ResourceNotFoundException", "no table", "r-1"},
      {"plain type",
       json11,
       400,
       {},
       R"({"__type":"NotFoundException","Message":"x"})",
       "NotFoundException",
       "x",
       ""},
      {"no JSON", json11, 413, {}, "too large", "413", "too large", ""},
      {"empty", json11, 503, {}, "", "503", "", ""},
      {"older code of a query-compatible service",
       json11,
       400,
       {{"x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender"}},
       R"({"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"q"})",
       "AWS.SimpleQueueService.NonExistentQueue",
       "q",
       ""},
      {"query",
       query,
       400,
       {},
       "<ErrorResponse xmlns=\"x\"><Error><Type>Sender</Type><Code>InvalidParameter</Code><Message>bad &amp; "
       "worse</Message></Error><RequestId>r-2</RequestId></ErrorResponse>",
       "InvalidParameter",
       "bad & worse",
       "r-2"},
      {"ec2",
       ec2_row,
       400,
       {},
       "<Response><Errors><Error><Code>InvalidParameterValue</Code><Message>m</Message></Error></Errors>"
       "<RequestID>r-3</RequestID></Response>",
       "InvalidParameterValue",
       "m",
       "r-3"},
      {"a proxy's page", query, 502, {}, "<html><body>Bad gateway</body></html>", "502", "", ""},
      {"cut off", query, 500, {}, "<ErrorResponse><Error><Co", "500", "", ""},
  };
  for (const auto& one : cases) {
    const auto error = parse_error(one.operation, {one.status, one.headers, one.body});
    EXPECT_EQ(error.code, one.code) << one.what;
    EXPECT_EQ(error.message, one.message) << one.what;
    EXPECT_EQ(error.request_id, one.request_id) << one.what;
  }
}

TEST(Protocols, RefuseAnAnswerThatIsNotTheirs) {
  const auto& query = sns().operation("Publish");
  const auto& rest = eks().operation("ListClusters");
  for (const auto* body : {"", "{", "<html/>", "<PublishResponse><PublishResult>"}) {
    EXPECT_THROW(parse_answer(query, {200, {}, body}), std::runtime_error) << body;
  }
  for (const auto* body : {"[]", "\"x\"", "{\"clusters\":[", "<x/>", R"({"clusters":"one"})"}) {
    EXPECT_THROW(parse_answer(rest, {200, {}, body}), std::runtime_error) << body;
  }
  EXPECT_THROW(parse_answer(ec2().operation("DescribeSpotPriceHistory"), {200, {}, "<Other/>"}),
               std::runtime_error);
}

TEST(Protocols, KeepAnEmptyListApartFromAnAbsentOne) {
  const auto& regions = ec2().operation("DescribeRegions");

  EXPECT_EQ(
      parse_answer(regions, {200, {}, "<DescribeRegionsResponse><regionInfo/></DescribeRegionsResponse>"}),
      json::parse(R"({"Regions":[]})"));
  EXPECT_EQ(parse_answer(regions, {200, {}, "<DescribeRegionsResponse/>"}), json::object());
}

TEST(Protocols, LeaveOutNullParametersAndAnswers) {
  const auto request = build_request(eks().operation("ListClusters"), {{"nextToken", nullptr}});

  EXPECT_EQ(request.url, "/clusters");
  EXPECT_EQ(parse_answer(eks().operation("ListClusters"), {200, {}, R"({"clusters":null,"x":1})"}),
            json::object());
}

TEST(Protocols, CannotBeLedToAnotherResourceByAName) {
  const auto request = build_request(eks().operation("DescribeNodegroup"),
                                     {{"clusterName", "../../admin?x=1"}, {"nodegroupName", "a/b#c"}});

  EXPECT_EQ(request.url, "/clusters/..%2F..%2Fadmin%3Fx%3D1/node-groups/a%2Fb%23c");
}

TEST(Shapes, SayWhereTheirTextIsWrong) {
  for (const auto* text : {"{", "{a", "{a!!}", "{a@where}", "{a:q}", "[", "{a[b|]x|}", "{a} b"}) {
    EXPECT_THROW(parse_shape(text), std::logic_error) << text;
  }
}

TEST(Scalars, ReadEveryFormOfInstant) {
  for (const auto* text : {"2026-11-21T02:30:00Z", "2026-11-21T02:30:00.000Z", "2026-11-21T08:00:00+05:30",
                           "2026-11-21T02:30:00.000000123Z", "Sat, 21 Nov 2026 02:30:00 GMT", "1795228200"}) {
    EXPECT_EQ(parse_instant(text), 1795228200) << text;
  }
  EXPECT_THROW(parse_instant("yesterday"), std::runtime_error);
  EXPECT_EQ(iso_instant(1795228200.25), "2026-11-21T02:30:00.250Z");
}

TEST(Scalars, RoundTripBase64) {
  for (std::size_t size = 0; size < 10; ++size) {
    const std::string bytes(size, '\xff');
    EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes);
  }
  EXPECT_THROW(base64_decode("a"), std::runtime_error);
  EXPECT_THROW(base64_decode("????"), std::runtime_error);
}

}  // namespace
}  // namespace tidegate::aws
