#include "server/middleware/request_chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "services/error.h"
#include "tests/unit/services/virtual_clock.h"

namespace tidegate {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using testing::HasSubstr;

constexpr const char* kContract = R"({
  "openapi": "3.1.0",
  "info": {"title": "test", "version": "1"},
  "paths": {
    "/things": {
      "get": {"operationId": "listThings", "security": [{"bearer": ["read"]}],
              "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 10}}],
              "responses": {"200": {"description": "ok"}}},
      "post": {"operationId": "makeThing", "security": [{"bearer": ["operate"]}],
               "parameters": [{"name": "Idempotency-Key", "in": "header", "schema": {"type": "string"}}],
               "requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "object"}}}},
               "responses": {"200": {"description": "ok"}}}},
    "/open": {"get": {"operationId": "getOpen", "security": [], "responses": {"200": {"description": "ok"}}}}
  }
})";

class RequestChainTest : public testing::Test {
 protected:
  RequestChainTest() {
    routes::Routes handlers;
    for (const char* operation : {"listThings", "makeThing", "getOpen"}) {
      handlers.on(operation, [this](routes::Call call) {
        calls.push_back(call);
        return handler(std::move(call));
      });
    }
    contract->bind(handlers);
  }

  void TearDown() override { clock->run_out(); }

  RequestChain& chain() {
    if (!chain_) {
      chain_ = std::make_unique<RequestChain>(RequestChain::Parts{.contract = contract,
                                                                  .metrics = metrics,
                                                                  .clock = clock,
                                                                  .auth = {{reader.config, operator_.config}},
                                                                  .rate_limit = rate_limit});
    }
    return *chain_;
  }

  routes::Answer serve(IncomingRequest request) {
    std::optional<routes::Answer> given;
    chain().serve(std::move(request), [&given](routes::Answer answer) { given = std::move(answer); });
    EXPECT_TRUE(given) << "no answer yet";
    return given.value_or(routes::Answer{.status = 0});
  }
  IncomingRequest get(const std::string& target) const {
    return {.method = "GET", .target = target, .authorization = "Bearer " + reader.key};
  }
  IncomingRequest post(const std::string& body) const {
    return {.method = "POST",
            .target = "/things",
            .headers = {{"content-type", "application/json"}},
            .x_api_key = operator_.key,
            .body = std::make_shared<const std::string>(body)};
  }
  static std::string header(const routes::Answer& answer, std::string_view name) {
    const std::string* found = answer.headers.find(name);
    return found == nullptr ? "(none)" : *found;
  }

  std::shared_ptr<contract::Contract> contract = std::make_shared<contract::Contract>(kContract);
  std::shared_ptr<Metrics> metrics = std::make_shared<Metrics>();
  std::shared_ptr<VirtualClock> clock = std::make_shared<VirtualClock>();
  NewApiKey reader = make_api_key("viewer", {"read"});
  NewApiKey operator_ = make_api_key("ops", {"read", "operate"});
  RateLimitConfig rate_limit = {.per_key = {2, 3}, .global = {1000, 1000}};
  routes::Handler handler = [](const routes::Call&) {
    return pplx::task_from_result(routes::json_answer(200, "{}"));
  };
  std::vector<routes::Call> calls;

 private:
  std::unique_ptr<RequestChain> chain_;
};

TEST_F(RequestChainTest, BringsARequestToItsHandler) {
  IncomingRequest request = get("/things?limit=5");
  request.headers.add("x-request-id", "abc");
  request.headers.add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  const auto answer = serve(std::move(request));

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(header(answer, "x-request-id"), "abc");
  ASSERT_EQ(calls.size(), 1U);
  const routes::Call& call = calls[0];
  EXPECT_EQ(call.operation_id, "listThings");
  EXPECT_EQ(call.route, "/things");
  EXPECT_EQ(call.query.integer("limit"), 5);
  EXPECT_EQ(call.principal.id, "viewer");
  EXPECT_EQ(call.request_id, "abc");
  EXPECT_THAT(call.traceparent, testing::StartsWith("00-0af7651916cd43dd8448eb211c80319c-"));
}

TEST_F(RequestChainTest, AnswersHeadAsGet) {
  IncomingRequest request = get("/things");
  request.method = "HEAD";

  EXPECT_EQ(serve(std::move(request)).status, 200);
  EXPECT_EQ(calls.at(0).method, "HEAD");
  EXPECT_THAT(metrics->text(), HasSubstr("http_request_method=\"HEAD\""));
}

TEST_F(RequestChainTest, RefusesWhoIsNotKnown) {
  IncomingRequest request = get("/things");
  request.authorization = "Bearer tg_wrong";
  const auto answer = serve(std::move(request));

  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(header(answer, "www-authenticate"), "Bearer realm=\"tidegate\"");
  EXPECT_EQ(json::parse(*answer.body).at("request_id"), header(answer, "x-request-id"));
  EXPECT_THAT(calls, testing::IsEmpty());
  EXPECT_THAT(metrics->text(), HasSubstr("turned_away_total{reason=\"unauthenticated\"} 1\n"));
}

TEST_F(RequestChainTest, RefusesWhoLacksTheScopeBeforeLookingAtTheBody) {
  IncomingRequest request = post("no json");
  request.x_api_key = reader.key;

  EXPECT_EQ(serve(std::move(request)).status, 403);
  EXPECT_THAT(metrics->text(), HasSubstr("turned_away_total{reason=\"forbidden\"} 1\n"));
}

TEST_F(RequestChainTest, LetsEveryoneUseWhatIsOpen) {
  EXPECT_EQ(serve({.method = "GET", .target = "/open"}).status, 200);
  EXPECT_EQ(calls.at(0).principal.id, "anonymous");
}

TEST_F(RequestChainTest, LimitsTheRateOfEachKeyAndSaysWhenToComeBack) {
  EXPECT_EQ(header(serve(get("/things")), "ratelimit-policy"), "\"key\";q=3;w=2");
  EXPECT_EQ(header(serve(get("/things")), "ratelimit"), "\"key\";r=1;t=1");
  EXPECT_EQ(serve(get("/things")).status, 200);

  const auto refused = serve(get("/things"));
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(header(refused, "retry-after"), "1");
  EXPECT_EQ(header(refused, "ratelimit"), "\"key\";r=0;t=2");
  EXPECT_EQ(calls.size(), 3U);
  EXPECT_EQ(serve(post("{}")).status, 200) << "another key has its own limit";
  EXPECT_EQ(serve({.method = "GET", .target = "/open"}).status, 200);

  clock->advance(milliseconds(500));
  EXPECT_EQ(serve(get("/things")).status, 200);
}

TEST_F(RequestChainTest, HoldsRequestsToTheContract) {
  const auto answer = serve(get("/things?limit=11"));
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(json::parse(*answer.body).at("errors").at(0).at("pointer"), "#/query/limit");
  EXPECT_EQ(serve(get("/things?lmit=1")).status, 400);
  EXPECT_EQ(serve(get("/nothing")).status, 404);
  IncomingRequest unknown_method = get("/things");
  unknown_method.method = "DELETE";
  const auto not_allowed = serve(std::move(unknown_method));
  EXPECT_EQ(not_allowed.status, 405);
  EXPECT_THAT(header(not_allowed, "allow"), HasSubstr("POST"));
  EXPECT_EQ(json::parse(*not_allowed.body).at("detail"), "this path takes " + header(not_allowed, "allow"));
  EXPECT_EQ(serve(get("/%")).status, 400);
  IncomingRequest made_up = get("/nothing");
  made_up.method = "BREW";
  EXPECT_EQ(serve(std::move(made_up)).status, 404);

  const std::string text = metrics->text();
  EXPECT_THAT(text, HasSubstr("turned_away_total{reason=\"contract\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("turned_away_total{reason=\"not_found\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("turned_away_total{reason=\"method_not_allowed\"} 1\n"));
  for (const char* labels :
       {"\"GET\",http_response_status_code=\"404\"", "\"DELETE\",http_response_status_code=\"405\"",
        "\"_OTHER\",http_response_status_code=\"404\""}) {
    EXPECT_THAT(text,
                HasSubstr(std::string("_count{http_request_method=") + labels + ",http_route=\"\"} 1\n"));
  }
}

TEST_F(RequestChainTest, ClaimsAnIdempotencyKeyForItsCallerWhateverTheOrderOfMembers) {
  for (const char* body : {R"({"a":1,"b":2})", R"({ "b": 2, "a": 1 })", R"({"a":1,"b":3})"}) {
    IncomingRequest request = post(body);
    request.headers.add("idempotency-key", "k1");
    serve(std::move(request));
  }

  ASSERT_EQ(calls.size(), 3U);
  ASSERT_TRUE(calls[0].idempotency);
  EXPECT_EQ(calls[0].idempotency->principal, "ops");
  EXPECT_EQ(calls[0].idempotency->key, "k1");
  EXPECT_EQ(calls[0].idempotency, calls[1].idempotency);
  EXPECT_NE(calls[0].idempotency->body_hash, calls[2].idempotency->body_hash);
}

TEST_F(RequestChainTest, AnswersWhenALateHandlerIsDone) {
  const pplx::task_completion_event<routes::Answer> later;
  handler = [later](const routes::Call&) { return pplx::task<routes::Answer>(later); };
  std::optional<int> status;
  chain().serve(get("/things"), [&status](const routes::Answer& answer) { status = answer.status; });
  EXPECT_FALSE(status);
  EXPECT_EQ(metrics->requests_in_flight(), 1U);

  clock->advance(milliseconds(300));
  later.set(routes::json_answer(202, "{}"));

  EXPECT_EQ(status, 202);
  EXPECT_EQ(metrics->requests_in_flight(), 0U);
  EXPECT_THAT(metrics->text(),
              HasSubstr("http_response_status_code=\"202\",http_route=\"/things\",le=\"0.25\"} 0\n"));
}

TEST_F(RequestChainTest, AnswersARequestWhoseTimeIsOverAndPassesOverWhatComesLater) {
  const pplx::task_completion_event<routes::Answer> never;
  const pplx::task_completion_event<routes::Answer> failing;
  std::vector<int> statuses;
  std::string why;
  for (const auto& event : {never, failing}) {
    handler = [event](const routes::Call&) { return pplx::task<routes::Answer>(event); };
    chain().serve(get("/things"), [&](const routes::Answer& answer) {
      statuses.push_back(answer.status);
      why = *answer.body;
    });
    clock->advance(milliseconds(1'000));
  }

  clock->advance(milliseconds(57'000));
  EXPECT_THAT(statuses, testing::IsEmpty());
  clock->advance(milliseconds(1'000));
  EXPECT_THAT(statuses, testing::ElementsAre(504));
  EXPECT_THAT(why, HasSubstr("no answer within 60000 ms"));
  clock->advance(milliseconds(1'000));
  EXPECT_THAT(statuses, testing::ElementsAre(504, 504));

  never.set(routes::json_answer(200, "{}"));
  failing.set_exception(std::runtime_error("too late"));
  EXPECT_EQ(statuses.size(), 2U);
  EXPECT_EQ(metrics->requests_in_flight(), 0U);
}

TEST_F(RequestChainTest, TurnsWhatAHandlerThrowsIntoAProblem) {
  handler = [](const routes::Call&) -> pplx::task<routes::Answer> { throw Conflict("busy"); };
  EXPECT_EQ(serve(get("/things")).status, 409);

  handler = [](const routes::Call&) {
    return pplx::task_from_exception<routes::Answer>(std::logic_error("token=s3cret"));
  };
  const auto inside = serve(get("/things"));
  EXPECT_EQ(inside.status, 500);
  EXPECT_THAT(*inside.body, testing::Not(HasSubstr("s3cret")));
  EXPECT_EQ(metrics->requests_in_flight(), 0U);
}

TEST_F(RequestChainTest, KeepsAnAnswersOwnCacheRules) {
  handler = [](const routes::Call&) {
    routes::Answer answer = routes::json_answer(200, "{}");
    answer.headers.set("etag", "\"1\"");
    return pplx::task_from_result(answer);
  };

  EXPECT_EQ(header(serve(get("/things")), "cache-control"), "(none)");
  EXPECT_EQ(header(serve(get("/nothing")), "cache-control"), "no-store");
}

}  // namespace
}  // namespace tidegate
