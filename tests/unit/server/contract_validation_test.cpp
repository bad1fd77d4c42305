#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "openapi/embedded.h"
#include "server/contract/contract.h"
#include "server/contract/preferences.h"
#include "services/error.h"

namespace tidegate::contract {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

const Contract& the_contract() {
  static const Contract contract(openapi::json());
  return contract;
}

struct Request {
  std::string method = "GET";
  std::string target;
  std::string body = {};
  routes::Headers headers = {};
};

/// The call as a handler would see it.
routes::Call admitted(const Request& request) {
  const auto match = the_contract().match(request.method, request.target);
  routes::Call call{.method = request.method, .target = request.target};
  call.headers = request.headers;
  if (!request.body.empty()) {
    call.raw_body = std::make_shared<const std::string>(request.body);
    if (call.headers.find("content-type") == nullptr) call.headers.add("content-type", "application/json");
  }
  the_contract().validate(match, call);
  return call;
}

/// What is wrong with a request, as "pointer: detail".
std::vector<std::string> violations(const Request& request) {
  try {
    admitted(request);
  } catch (const InvalidRequest& refused) {
    std::vector<std::string> found;
    for (const auto& error : refused.errors()) found.push_back(error.pointer + ": " + error.detail);
    return found;
  }
  return {};
}

std::vector<std::string> scale_violations(const std::string& body) {
  return violations({.method = "POST", .target = "/scale", .body = body});
}

TEST(ContractQuery, TypesWhatWasSentAndFillsDefaultsIn) {
  const auto call =
      admitted({.target = "/spot/opportunities?region=us-west-2&instance_types=m5.large,c5.xlarge"
                          "&min_score=75.5"});

  EXPECT_EQ(call.operation_id, "listSpotOpportunities");
  EXPECT_EQ(call.route, "/spot/opportunities");
  EXPECT_EQ(call.query.text("region"), "us-west-2");
  EXPECT_THAT(call.query.list("instance_types"), ElementsAre("m5.large", "c5.xlarge"));
  EXPECT_EQ(call.query.number("min_score"), 75.5);
  EXPECT_EQ(call.query.integer("limit"), 20);
  EXPECT_FALSE(call.query.has("zones"));
}

TEST(ContractQuery, TakesAnIntegerForANumber) {
  EXPECT_EQ(admitted({.target = "/spot/opportunities?min_score=75"}).query.number("min_score"), 75);
}

TEST(ContractQuery, TakesABareFlagForTrue) {
  EXPECT_EQ(admitted({.target = "/readyz"}).query.flag("verbose"), false);
  EXPECT_EQ(admitted({.target = "/readyz?verbose"}).query.flag("verbose"), true);
  EXPECT_EQ(admitted({.target = "/readyz?verbose="}).query.flag("verbose"), true);
  EXPECT_EQ(admitted({.target = "/readyz?verbose=false"}).query.flag("verbose"), false);
}

TEST(ContractQuery, DecodesFormEncoding) {
  EXPECT_EQ(admitted({.target = "/alerts?severity=very%20bad+%C3%BC"}).query.text("severity"),
            "very bad \xC3\xBC");
}

TEST(ContractQuery, SaysWhatIsWrongAndWhere) {
  struct Case {
    const char* target;
    const char* violation;
  };
  const Case cases[] = {
      {"/operations?limit=500", "#/query/limit: 500 is above the maximum of 100"},
      {"/operations?limit=0", "#/query/limit: 0 is below the minimum of 1"},
      {"/operations?limit=-1", "#/query/limit: -1 is below the minimum of 1"},
      {"/operations?limit=ten", "#/query/limit: must be an integer"},
      {"/operations?limit=", "#/query/limit: must be an integer"},
      {"/operations?limit=1.0", "#/query/limit: must be an integer"},
      {"/operations?limit=99999999999999999999", "#/query/limit: must be an integer"},
      {"/operations?limit=%201", "#/query/limit: must be an integer"},
      {"/operations?limit=1&limit=1", "#/query/limit: is given twice"},
      {"/operations?state=done",
       "#/query/state: 'done' is not one of 'running', 'succeeded', 'partially_succeeded' and 'failed'"},
      {"/operations?cursor=", "#/query/cursor: must not be empty"},
      {"/operations?limits=5", "#/query/limits: unknown parameter; did you mean 'limit'?"},
      {"/operations?zone=5", "#/query/zone: unknown parameter"},
      {"/operations?=5", "#/query/: unknown parameter"},
      {"/livez?x", "#/query/x: unknown parameter"},
      {"/operations?kind=%00", "#/query/kind: is not percent-encoded UTF-8, or holds NUL"},
      {"/operations?kind=%ff", "#/query/kind: is not percent-encoded UTF-8, or holds NUL"},
      {"/operations?%ff=1", "#/query: is not percent-encoded UTF-8, or holds NUL"},
      {"/operations?a~b/c=1", "#/query/a~0b~1c: unknown parameter"},
      {"/readyz?verbose=yes", "#/query/verbose: must be true or false"},
      {"/spot/opportunities?min_score=nan", "#/query/min_score: must be a number"},
      {"/spot/opportunities?min_score=inf", "#/query/min_score: must be a number"},
      {"/spot/opportunities?min_score=0x1", "#/query/min_score: must be a number"},
      {"/spot/opportunities?min_score=100.5", "#/query/min_score: 100.5 is above the maximum of 100"},
      {"/spot/opportunities?instance_types=m5.large,M5",
       "#/query/instance_types/1: is shorter than 3 characters"},
      {"/spot/opportunities?instance_types=m5.large,,c5.large",
       "#/query/instance_types/1: must not be empty"},
      {"/spot/opportunities?zones=us-east-1A",
       "#/query/zones/0: 'us-east-1A' is not of the form ^[a-z0-9-]+$"},
  };
  for (const auto& [target, violation] : cases) {
    EXPECT_THAT(violations({.target = target}), ElementsAre(violation)) << target;
  }
}

TEST(ContractQuery, NamesEveryViolationAtOnceUpToALimit) {
  EXPECT_EQ(violations({.target = "/operations?limit=0&state=x&zone=1"}).size(), 3u);

  std::string many = "/operations?";
  for (int i = 0; i < 1000; ++i) many += "a" + std::to_string(i) + "&";
  EXPECT_EQ(violations({.target = many}).size(), 20u);
}

TEST(ContractQuery, SummarizesTheFirstViolation) {
  try {
    admitted({.target = "/operations?limit=500&zone=1"});
    FAIL() << "admitted";
  } catch (const InvalidRequest& refused) {
    EXPECT_STREQ(refused.what(), "query parameter 'limit': 500 is above the maximum of 100, and 1 more");
  }
}

TEST(ContractPath, HoldsParametersToTheirSchema) {
  EXPECT_THAT(violations({.method = "POST", .target = "/invoke/rocket", .body = "{}"}),
              ElementsAre("#/path/handler: 'rocket' is not one of 'eks-scaler', 'spot-optimizer' and "
                          "'notification-router'"));
  EXPECT_THAT(violations({.target = "/operations/a%20b"}),
              ElementsAre("#/path/operation_id: 'a b' is not of the form ^[A-Za-z0-9_-]+$"));
  EXPECT_EQ(admitted({.target = "/operations/op_1"}).path.text("operation_id"), "op_1");
}

TEST(ContractBody, GivesTheHandlerWhatWasSent) {
  const auto call = admitted({.method = "POST",
                              .target = "/scale",
                              .body = R"({"action": "scale_up", "nodegroups": [{"name": "web"}]})"});

  ASSERT_TRUE(call.body);
  EXPECT_EQ((*call.body)["nodegroups"][0]["name"], "web");
}

TEST(ContractBody, MayBeLeftOutWhereItIsOptional) {
  EXPECT_FALSE(admitted({.method = "POST", .target = "/scale"}).body);
  EXPECT_THAT(violations({.method = "POST", .target = "/alerts"}), ElementsAre("#/body: a body is required"));
}

TEST(ContractBody, SaysWhatIsWrongAndWhere) {
  struct Case {
    const char* body;
    const char* violation;
  };
  const Case cases[] = {
      {R"([])", "#/body: must be of type object, not array"},
      {R"(null)", "#/body: must be of type object, not null"},
      {R"({"action": "grow"})",
       "#/body/action: 'grow' is not one of 'scale_up', 'scale_down', 'analyze' and 'spot_replacement'"},
      {R"({"dryrun": true})", "#/body/dryrun: unknown member; did you mean 'dry_run'?"},
      {R"({"nodegroups": [{"name": "a"}, {"desired_size": 1}]})", "#/body/nodegroups/1/name: is required"},
      {R"({"nodegroups": [{"name": "a", "desired_size": "3"}]})",
       "#/body/nodegroups/0/desired_size: must be of type integer, not string"},
      {R"({"nodegroups": [{"name": "a", "desired_size": 3.5}]})",
       "#/body/nodegroups/0/desired_size: must be of type integer, not number"},
      {R"({"nodegroups": [{"name": "a", "desired_size": -1}]})",
       "#/body/nodegroups/0/desired_size: -1 is below the minimum of 0"},
      {R"({"nodegroups": [{"name": "a", "desired": 1}]})", "#/body/nodegroups/0/desired: unknown member"},
      {R"({"nodegroups": [{"name": "-a"}]})",
       "#/body/nodegroups/0/name: '-a' is not of the form ^[0-9A-Za-z][0-9A-Za-z_-]*$"},
      {R"({"nodegroups": {}})", "#/body/nodegroups: must be of type array, not object"},
      {R"({"a/b~c": 1})", "#/body/a~1b~0c: unknown member"},
      {R"({"action": "analyze", "action": "scale_up"})", "#/body/action: stands twice in its object"},
      {R"({"cluster": "a\u0000b"})", "#/body/cluster: holds the character NUL"},
      {R"({"a\u0000b": 1})", "#/body: a member's name holds the character NUL"},
      {R"({"nodegroups": [{"name": "a", "max_size": 18446744073709551615}]})",
       "#/body/nodegroups/0/max_size: the integer does not fit into 64 bits"},
      {R"({"nodegroups": [{"name": "a", "max_size": 1e999}]})",
       "#/body/nodegroups/0/max_size: the number is too large"},
      {R"({"nodegroups": [{"name": "a"}, {"name": "b", "max_size": 99999999999999999999999}]})",
       "#/body/nodegroups/1/max_size: the integer does not fit into 64 bits"},
      {R"({"action": )", "#/body: not JSON: ends too early, at byte 12"},
      {R"({"action": analyze})", "#/body: not JSON from byte 12 on"},
      {R"({} {})", "#/body: not JSON from byte 4 on"},
      {R"({"action": NaN})", "#/body: not JSON from byte 12 on"},
      {"{\"cluster\": \"\xff\"}", "#/body: not JSON from byte 14 on"},
      {"\xff", "#/body: not JSON from byte 1 on"},
  };
  for (const auto& [body, violation] : cases) {
    EXPECT_THAT(scale_violations(body), ElementsAre(violation)) << body;
  }
}

TEST(ContractBody, BoundsHowDeepItIsNested) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };

  EXPECT_TRUE(
      violations({.method = "POST", .target = "/alerts", .body = R"({"x": )" + nested(63) + "}"}).empty());
  EXPECT_THAT(violations({.method = "POST", .target = "/alerts", .body = R"({"x": )" + nested(64) + "}"}),
              ElementsAre(HasSubstr("nested deeper than 64 levels")));
  EXPECT_THAT(violations({.method = "POST", .target = "/alerts", .body = std::string(200'000, '[')}),
              ElementsAre(HasSubstr("nested deeper than 64 levels")));
}

TEST(ContractBody, BoundsTheCostOfALongText) {
  const json body = {{"cluster", std::string(200'000, 'a')}};

  EXPECT_THAT(scale_violations(body.dump()), ElementsAre("#/body/cluster: is longer than 100 characters"));
}

TEST(ContractBody, BoundsTheAnswerToManyViolations) {
  json body = {{"nodegroups", json::array()}};
  for (int i = 0; i < 100; ++i) body["nodegroups"].push_back({{"nam", i}});
  EXPECT_EQ(scale_violations(body.dump()).size(), 20u);

  for (int i = 0; i < 10'000; ++i) body["nodegroups"].push_back({{"nam", i}});
  EXPECT_THAT(scale_violations(body.dump()), ElementsAre("#/body/nodegroups: has more than 100 items"));

  const std::string name(100'000, 'x');
  EXPECT_THAT(scale_violations(json{{name, 1}}.dump()),
              ElementsAre("#/body/" + std::string(80, 'x') + "...: unknown member"));
}

TEST(ContractBody, CountsCharactersAndNotBytes) {
  std::string umlauts;
  for (int i = 0; i < 64; ++i) umlauts += "\xC3\xBC";

  EXPECT_TRUE(scale_violations(json{{"ist_time", umlauts}}.dump()).empty());
  EXPECT_FALSE(scale_violations(json{{"ist_time", umlauts + "x"}}.dump()).empty());
}

TEST(ContractBody, TakesAnIntegerThatIsWrittenWithAFraction) {
  const std::vector<std::string> none;
  EXPECT_EQ(scale_violations(R"({"nodegroups": [{"name": "a", "desired_size": 1.0, "max_size": 1e1}]})"),
            none);
}

TEST(ContractHeaders, MustBeUtf8) {
  EXPECT_THAT(violations({.method = "POST", .target = "/scale", .headers = {{"prefer", "\xff"}}}),
              testing::Contains("#/header/prefer: is not UTF-8"));
}

TEST(ContractHeaders, ThatNameTheRequestOrItsTraceAreNeverWrong) {
  const std::vector<std::string> none;
  for (const char* header : {"x-request-id", "traceparent"}) {
    EXPECT_EQ(violations({.target = "/alerts", .headers = {{header, "\xff"}}}), none) << header;
    EXPECT_EQ(violations({.target = "/alerts", .headers = {{header, std::string(300, 'x')}}}), none)
        << header;
  }
}

TEST(ContractBody, IsNamedBesideTheParameters) {
  EXPECT_EQ(violations({.method = "POST", .target = "/scale?x=1", .body = "{"}).size(), 2u);
}

TEST(ContractBody, MustBeDeclaredAsJson) {
  const auto refused = [](const char* field, const char* value) {
    EXPECT_THROW(admitted({.method = "POST", .target = "/scale", .body = "{}", .headers = {{field, value}}}),
                 UnsupportedMediaType)
        << value;
  };
  for (const char* type : {"text/plain", "application/x-www-form-urlencoded", "application/jsonp", "",
                           "application/json; charset=latin-1", "application/xml; a=application/json"}) {
    refused("content-type", type);
  }
  refused("content-encoding", "gzip");
  for (const char* type : {"application/json", "Application/JSON", "application/json; charset=UTF-8",
                           "application/json;charset=\"utf-8\"", "application/json; v=1"}) {
    EXPECT_NO_THROW(
        admitted({.method = "POST", .target = "/scale", .body = "{}", .headers = {{"content-type", type}}}))
        << type;
  }
}

TEST(ContractBody, WithoutATypeIsRefused) {
  const auto match = the_contract().match("POST", "/scale");
  routes::Call call{.method = "POST", .target = "/scale"};
  call.raw_body = std::make_shared<const std::string>("{}");

  EXPECT_THROW(the_contract().validate(match, call), UnsupportedMediaType);
}

TEST(ContractBody, IsRefusedWhereNoneIsTaken) {
  EXPECT_THAT(violations({.target = "/livez", .body = "{}"}),
              ElementsAre("#/body: this operation takes no body"));
}

TEST(ContractBody, OfAHandlersEventMayHoldMoreThanIsKnown) {
  const char* const event =
      R"({"action": "scale_up", "source": "aws.events", "detail-type": "Scheduled Event",
      "nodegroups": [{"name": "web", "team": "core"}], "nodegroup": 7})";

  EXPECT_TRUE(violations({.method = "POST", .target = "/invoke/eks-scaler", .body = event}).empty());
}

TEST(ContractHeaders, HoldTheIdempotencyKeyToItsForm) {
  const auto sent = [](std::string key) {
    return violations(
        {.method = "POST", .target = "/scale", .headers = {{"idempotency-key", std::move(key)}}});
  };
  EXPECT_TRUE(sent("abc-123").empty());
  EXPECT_TRUE(sent("\"abc 123\"").empty());
  EXPECT_TRUE(sent(std::string(255, 'k')).empty());
  EXPECT_THAT(sent(""), ElementsAre("#/header/idempotency-key: must not be empty"));
  EXPECT_THAT(sent("a b"), ElementsAre(HasSubstr("#/header/idempotency-key: 'a b' is not of the form")));
  EXPECT_FALSE(sent("\"a").empty());
  EXPECT_FALSE(sent(std::string(256, 'k')).empty());
  EXPECT_FALSE(sent(std::string(100'000, 'k')).empty());
  EXPECT_FALSE(sent("\xff").empty());
}

TEST(ContractHeaders, AskForAnAnswerLater) {
  const auto asked = [](const char* prefer) {
    return admitted({.method = "POST", .target = "/scale", .headers = {{"prefer", prefer}}}).prefer_async;
  };
  EXPECT_TRUE(asked("respond-async"));
  EXPECT_TRUE(asked("wait=10, Respond-Async; x=1"));
  EXPECT_FALSE(asked("wait=10"));
  EXPECT_FALSE(asked("respond-asynchronously"));
  EXPECT_FALSE(admitted({.target = "/alerts", .headers = {{"prefer", "respond-async"}}}).prefer_async);
}

std::optional<operations::IdempotencyClaim> claim_of(const Request& request, const char* key) {
  Request sent = request;
  sent.headers.add("idempotency-key", key);
  auto call = admitted(sent);
  call.principal.id = "ops";
  return idempotency_claim(*the_contract().match(sent.method, sent.target).operation, call);
}

TEST(IdempotencyClaim, NamesCallerOperationAndUnquotedKey) {
  const auto claim = claim_of({.method = "POST", .target = "/scale", .body = "{}"}, "\"k 1\"");

  ASSERT_TRUE(claim);
  EXPECT_EQ(claim->principal, "ops");
  EXPECT_EQ(claim->route, "scaleNodegroups");
  EXPECT_EQ(claim->key, "k 1");
  EXPECT_EQ(claim->body_hash.size(), 64u);
  EXPECT_FALSE(claim_of({.target = "/alerts"}, "k"));
}

TEST(IdempotencyClaim, IsTheSameForTheSameRequestHoweverItIsWritten) {
  const auto hash = [](const char* target, const char* body) {
    return claim_of({.method = "POST", .target = target, .body = body}, "k")->body_hash;
  };
  EXPECT_EQ(hash("/scale", R"({"action": "analyze", "cluster": "a"})"),
            hash("/scale", R"({ "cluster":"a","action":"analyze" })"));
  EXPECT_NE(hash("/scale", R"({"cluster": "a"})"), hash("/scale", R"({"cluster": "b"})"));
  EXPECT_NE(hash("/scale", R"({})"), hash("/scale", ""));
  EXPECT_NE(hash("/invoke/eks-scaler", "{}"), hash("/invoke/spot-optimizer", "{}"));
}

}  // namespace
}  // namespace tidegate::contract
