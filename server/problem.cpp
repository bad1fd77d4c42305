#include "server/problem.h"

#include <nlohmann/json.hpp>

namespace tidegate {

namespace {

using nlohmann::ordered_json;

Problem describe(int status, std::string type, std::string title, const Error& error) {
  return {.status = status,
          .type = std::move(type),
          .title = std::move(title),
          .detail = error.what(),
          .instance = error.instance()};
}

Problem of_upstream(const UpstreamFailure& failure) {
  const UpstreamFailure::Origin& origin = failure.origin();
  Problem problem = origin.unavailable
                        ? describe(503, "dependency-unavailable", "Dependency unavailable", failure)
                        : describe(502, "dependency-failed", "Dependency failed", failure);
  problem.upstream = origin;
  problem.retry_after = origin.retry_after;
  return problem;
}

ordered_json text_or_null(const std::string& text) {
  return text.empty() ? ordered_json() : ordered_json(text);
}

ordered_json to_json(const UpstreamFailure::Origin& origin) {
  return {{"service", origin.service},
          {"operation", origin.operation},
          {"code", text_or_null(origin.code)},
          {"request_id", text_or_null(origin.request_id)},
          {"http_status", origin.http_status == 0 ? ordered_json() : ordered_json(origin.http_status)},
          {"retryable", origin.retryable}};
}

}  // namespace

Problem problem_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const InvalidRequest& error) {
    Problem problem = describe(400, "invalid-request", "Invalid request", error);
    problem.errors = error.errors();
    return problem;
  } catch (const Unauthenticated& error) {
    return describe(401, "unauthenticated", "Not authenticated", error);
  } catch (const Forbidden& error) {
    return describe(403, "forbidden", "Not allowed", error);
  } catch (const NotFound& error) {
    return describe(404, "not-found", "Not found", error);
  } catch (const MethodNotAllowed& error) {
    Problem problem = describe(405, "method-not-allowed", "Method not allowed", error);
    problem.allow = error.allow();
    return problem;
  } catch (const Conflict& error) {
    Problem problem = describe(409, "conflict", "Conflict", error);
    problem.retry_after = error.retry_after();
    return problem;
  } catch (const PreconditionFailed& error) {
    return describe(412, "precondition-failed", "Precondition failed", error);
  } catch (const ContentTooLarge& error) {
    return describe(413, "content-too-large", "Content too large", error);
  } catch (const UnsupportedMediaType& error) {
    return describe(415, "unsupported-media-type", "Unsupported media type", error);
  } catch (const IdempotencyKeyReused& error) {
    return describe(422, "idempotency-key-reused", "Idempotency-Key used before", error);
  } catch (const RateLimited& error) {
    Problem problem = describe(429, "quota-exceeded", "Rate limit exceeded", error);
    problem.retry_after = std::chrono::ceil<std::chrono::seconds>(error.retry_after());
    return problem;
  } catch (const Unsupported& error) {
    return describe(501, "not-built-yet", "Not built yet", error);
  } catch (const UpstreamFailure& error) {
    return of_upstream(error);
  } catch (const DeadlineExceeded& error) {
    return describe(504, "deadline-exceeded", "Time is over", error);
  } catch (...) {
    return {.detail = "the service failed in a way it was not built for; its log names this request"};
  }
}

routes::Answer answer_of(const Problem& problem, const std::string& request_id) {
  ordered_json body = {{"type", "/problems/" + problem.type},
                       {"title", problem.title},
                       {"status", problem.status},
                       {"detail", problem.detail}};
  if (!problem.instance.empty()) body["instance"] = problem.instance;
  body["request_id"] = request_id;
  for (const FieldError& error : problem.errors) {
    body["errors"].push_back({{"detail", error.detail}, {"pointer", error.pointer}});
  }
  if (problem.upstream) body["upstream"] = to_json(*problem.upstream);

  routes::Answer answer;
  answer.status = problem.status;
  answer.content_type = "application/problem+json";
  answer.body = std::make_shared<const std::string>(
      body.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n");
  if (problem.status == 401) answer.headers.set("www-authenticate", "Bearer realm=\"tidegate\"");
  if (problem.retry_after) {
    answer.headers.set("retry-after",
                       std::to_string(std::max<std::int64_t>(problem.retry_after->count(), 0)));
  }
  if (!problem.allow.empty()) answer.headers.set("allow", problem.allow);
  return answer;
}

}  // namespace tidegate
