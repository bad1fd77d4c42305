#pragma once

#include <pplx/pplxtasks.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/async/deadline.h"
#include "services/error.h"

namespace tidegate::http {

/// Header fields in order; names are compared without regard to case.
using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;  ///< "GET", "POST" ...
  std::string url;     ///< absolute, already percent-encoded; sent as it stands
  Headers headers;
  std::string body;
};

struct Response {
  int status = 0;
  Headers headers;
  std::string body;

  /// The first value of a header, or empty.
  std::string header(std::string_view name) const;
};

/// Why no whole answer arrived. `maybe_applied` is false only where the request can't have reached the peer.
class TransportFailure : public Error {
 public:
  enum class Kind { kResolve, kConnect, kTls, kTimeout, kReset, kTruncated, kCancelled };
  TransportFailure(Kind kind, const std::string& detail, bool maybe_applied)
      : Error(detail), kind_(kind), maybe_applied_(maybe_applied) {}
  Kind kind() const { return kind_; }
  bool maybe_applied() const { return maybe_applied_; }

 private:
  Kind kind_;
  bool maybe_applied_;
};

/// Outgoing HTTP. One attempt, no redirect, no retry: those decide who knows the request. Any HTTP status is
/// an answer. What waits for it goes on on a thread that others need too: it may compute, not block. Throws
/// TransportFailure. Thread-safe.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  virtual pplx::task<Response> send(Request request, Deadline deadline) = 0;
};

}  // namespace tidegate::http
