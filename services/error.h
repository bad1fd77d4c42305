#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace tidegate {

/// One thing wrong with a request: what, and where as a JSON Pointer (RFC 6901) into the request, such as
/// "#/body/nodegroups/0/name" or "#/query/limit".
struct FieldError {
  std::string detail;
  std::string pointer;
};

/// The base of every failure that a caller is told about. `what()` is one sentence fit for an operator; it
/// never holds a secret. Each subclass is one HTTP status and one problem type (server/problem.cpp).
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;

  /// Where more is known of this occurrence: a path such as "/operations/op_01J...", or empty (RFC 9457
  /// `instance`).
  const std::string& instance() const { return instance_; }
  void set_instance(std::string path) { instance_ = std::move(path); }

 private:
  std::string instance_;
};

/// 400: the request can't be served as it stands. `errors` names the fields.
class InvalidRequest : public Error {
 public:
  explicit InvalidRequest(const std::string& detail, std::vector<FieldError> errors = {})
      : Error(detail), errors_(std::move(errors)) {}
  const std::vector<FieldError>& errors() const { return errors_; }

 private:
  std::vector<FieldError> errors_;
};

/// 404: the thing named does not exist, or the caller may not know that it does.
class NotFound : public Error {
 public:
  using Error::Error;
};

/// 405: the path exists, but not with this method.
class MethodNotAllowed : public Error {
 public:
  MethodNotAllowed(const std::string& detail, std::string allow) : Error(detail), allow_(std::move(allow)) {}
  /// The Allow header's value: "GET, HEAD".
  const std::string& allow() const { return allow_; }

 private:
  std::string allow_;
};

/// 413: the body is longer than the operation takes.
class ContentTooLarge : public Error {
 public:
  using Error::Error;
};

/// 415: the body is not in a form that the operation takes.
class UnsupportedMediaType : public Error {
 public:
  using Error::Error;
};

/// 409: the request clashes with the present state; trying again later may work.
class Conflict : public Error {
 public:
  explicit Conflict(const std::string& detail, std::optional<std::chrono::seconds> retry_after = {})
      : Error(detail), retry_after_(retry_after) {}
  std::optional<std::chrono::seconds> retry_after() const { return retry_after_; }

 private:
  std::optional<std::chrono::seconds> retry_after_;
};

/// 422: an Idempotency-Key came back with another request.
class IdempotencyKeyReused : public Error {
 public:
  using Error::Error;
};

/// 412: a precondition that the caller sent does not hold.
class PreconditionFailed : public Error {
 public:
  using Error::Error;
};

/// 401: no credentials, or none that are known.
class Unauthenticated : public Error {
 public:
  using Error::Error;
};

/// 403: known, but not allowed.
class Forbidden : public Error {
 public:
  using Error::Error;
};

/// 501: asked for by its right name, but not built yet.
class Unsupported : public Error {
 public:
  using Error::Error;
};

/// 429: over a rate limit; `retry_after` is when the next token is there.
class RateLimited : public Error {
 public:
  RateLimited(const std::string& detail, std::chrono::milliseconds retry_after)
      : Error(detail), retry_after_(retry_after) {}
  std::chrono::milliseconds retry_after() const { return retry_after_; }

 private:
  std::chrono::milliseconds retry_after_;
};

/// 502, or 503 where `unavailable`: a dependency failed. Says which one and what it answered.
class UpstreamFailure : public Error {
 public:
  struct Origin {
    std::string service = {};     ///< "EKS", "DynamoDB", "slack"
    std::string operation = {};   ///< "UpdateNodegroupConfig"
    std::string code = {};        ///< the dependency's own error code, empty where it gave none
    std::string request_id = {};  ///< the dependency's request id, empty where it gave none
    int http_status = 0;          ///< 0 where no answer arrived
    bool retryable = false;
    bool throttling = false;
    bool unavailable = false;    ///< not asked at all (circuit open), or known to be down
    bool maybe_applied = false;  ///< a change may have been made although no success was told
    std::optional<std::chrono::seconds> retry_after = {};
  };

  UpstreamFailure(const std::string& detail, Origin origin) : Error(detail), origin_(std::move(origin)) {}
  const Origin& origin() const { return origin_; }

 private:
  Origin origin_;
};

/// 504: the time allowed for the request is over. What was begun goes on as its operation.
class DeadlineExceeded : public Error {
 public:
  using Error::Error;
};

}  // namespace tidegate
