#include "server/problem.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace tidegate {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

json body_of(const routes::Answer& answer) { return json::parse(*answer.body); }

template <class E>
routes::Answer answer_for(const E& error) {
  return answer_of(problem_of(std::make_exception_ptr(error)), "req-1");
}

std::string header(const routes::Answer& answer, std::string_view name) {
  const std::string* found = answer.headers.find(name);
  return found == nullptr ? "(none)" : *found;
}

UpstreamFailure upstream(bool unavailable) {
  UpstreamFailure::Origin origin;
  origin.service = "EKS";
  origin.operation = "UpdateNodegroupConfig";
  origin.code = "ThrottlingException";
  origin.http_status = 429;
  origin.retryable = true;
  origin.unavailable = unavailable;
  if (unavailable) origin.retry_after = seconds(60);
  return {"EKS is overloaded", origin};
}

TEST(Problem, HasOneStatusForEachKindOfError) {
  EXPECT_EQ(answer_for(InvalidRequest("x")).status, 400);
  EXPECT_EQ(answer_for(Unauthenticated("x")).status, 401);
  EXPECT_EQ(answer_for(Forbidden("x")).status, 403);
  EXPECT_EQ(answer_for(NotFound("x")).status, 404);
  EXPECT_EQ(answer_for(MethodNotAllowed("x", "GET")).status, 405);
  EXPECT_EQ(answer_for(Conflict("x")).status, 409);
  EXPECT_EQ(answer_for(PreconditionFailed("x")).status, 412);
  EXPECT_EQ(answer_for(ContentTooLarge("x")).status, 413);
  EXPECT_EQ(answer_for(UnsupportedMediaType("x")).status, 415);
  EXPECT_EQ(answer_for(IdempotencyKeyReused("x")).status, 422);
  EXPECT_EQ(answer_for(RateLimited("x", milliseconds(1))).status, 429);
  EXPECT_EQ(answer_for(Unsupported("x")).status, 501);
  EXPECT_EQ(answer_for(upstream(false)).status, 502);
  EXPECT_EQ(answer_for(upstream(true)).status, 503);
  EXPECT_EQ(answer_for(DeadlineExceeded("x")).status, 504);
}

TEST(Problem, TellsWhatIsWrongWhere) {
  InvalidRequest error("two fields are wrong", {{"must be a number", "#/query/limit"}});
  error.set_instance("/operations/op_1");
  const routes::Answer answer = answer_for(error);

  EXPECT_EQ(answer.content_type, "application/problem+json");
  EXPECT_EQ(answer.body->back(), '\n');
  EXPECT_EQ(body_of(answer), json::parse(R"({
    "type": "/problems/invalid-request", "title": "Invalid request", "status": 400,
    "detail": "two fields are wrong", "instance": "/operations/op_1", "request_id": "req-1",
    "errors": [{"detail": "must be a number", "pointer": "#/query/limit"}]})"));
}

TEST(Problem, NamesTheDependencyThatFailed) {
  EXPECT_EQ(body_of(answer_for(upstream(false))).at("upstream"), json::parse(R"({
    "service": "EKS", "operation": "UpdateNodegroupConfig", "code": "ThrottlingException",
    "request_id": null, "http_status": 429, "retryable": true})"));
  EXPECT_EQ(header(answer_for(upstream(true)), "retry-after"), "60");
}

TEST(Problem, SendsTheHeadersThatBelongToItsStatus) {
  EXPECT_EQ(header(answer_for(Unauthenticated("x")), "www-authenticate"), "Bearer realm=\"tidegate\"");
  EXPECT_EQ(header(answer_for(Forbidden("x")), "www-authenticate"), "(none)");
  EXPECT_EQ(header(answer_for(RateLimited("x", milliseconds(1))), "retry-after"), "1");
  EXPECT_EQ(header(answer_for(RateLimited("x", milliseconds(1001))), "retry-after"), "2");
  EXPECT_EQ(header(answer_for(Conflict("x", seconds(3))), "retry-after"), "3");
  EXPECT_EQ(header(answer_for(Conflict("x")), "retry-after"), "(none)");
  EXPECT_EQ(header(answer_for(MethodNotAllowed("x", "GET, HEAD")), "allow"), "GET, HEAD");
}

TEST(Problem, TellsNothingOfTheInsideForAnUnknownFailure) {
  const routes::Answer answer = answer_for(std::logic_error("password=hunter2"));

  EXPECT_EQ(answer.status, 500);
  EXPECT_THAT(*answer.body, testing::Not(testing::HasSubstr("hunter2")));
  EXPECT_EQ(body_of(answer).at("type"), "/problems/internal-error");
}

TEST(Problem, StaysJsonWhereADetailIsNotUtf8) { EXPECT_NO_THROW(body_of(answer_for(NotFound("\xff\xfe")))); }

}  // namespace
}  // namespace tidegate
