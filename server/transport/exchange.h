#pragma once

#include <cpprest/http_msg.h>
#include <pplx/pplxtasks.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "server/transport/body_stream.h"
#include "server/transport/loop.h"
#include "server/transport/request_parser.h"

namespace tidegate::transport {

class Session;

/// One request and its answer. The session queues it so that answers keep the order of requests; the request
/// that the handler holds owns it too, so it may outlive session and connection. It belongs to the loop's
/// thread, except where said.
class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  enum class Phase {
    kWaiting,    ///< no answer yet
    kReady,      ///< an answer is here, its turn is not
    kStreaming,  ///< head sent, the body follows piece by piece
    kSent        ///< everything was handed to the session
  };

  /// `share` is what the request's body takes of the budget for as long as the request is in flight.
  Exchange(std::shared_ptr<Loop> loop, Session& session, bool http11, bool head_only, bool safe,
           bool keep_alive, BodyShare share);

  /// The handler's answer. Where its body is a stream, the task completes when all of it is in the kernel's
  /// hands, and fails with http_exception when the connection ended first; otherwise it completes at once.
  /// Any thread, once.
  pplx::task<void> respond(web::http::http_response response);
  /// The handler let go of its request without an answer: answers 500. Any thread.
  void abandon();
  /// A whole answer made by the transport itself.
  void prepare(std::string answer);

  /// The connection is gone; an answer that was not sent fails.
  void detach();
  /// The answer has been sent.
  void finish();

  std::size_t body_bytes() const { return shared_body ? shared_body->size() : 0; }

  /// Wakes the session when a streamed body has more. Any thread.
  void body_ready();

  const bool http11;
  const bool head_only;
  /// The request changes nothing, so the next one of its connection may overtake it in the handlers.
  const bool safe;
  const bool keep_alive;
  Phase phase = Phase::kWaiting;
  bool ends_connection = false;
  bool chunked = false;
  std::optional<web::http::http_response> response;
  /// The body of a response that has no stream; null = none. Set before respond().
  std::shared_ptr<const std::string> shared_body;
  std::optional<std::string> prepared;
  std::optional<BodyStream> body;

 private:
  void take(web::http::http_response answer);
  pplx::task<void> respond_with_stream(web::http::http_response response);
  void complete(bool sent);

  const std::shared_ptr<Loop> loop_;
  BodyShare share_;
  Session* session_;
  bool finished_ = false;
  bool failed_ = false;
  std::optional<pplx::task_completion_event<void>> completion_;
};

/// Ties a cpprestsdk request to its exchange.
struct ServerContext final : web::http::details::_http_server_context {
  ServerContext(std::shared_ptr<Exchange> of, std::string request_body)
      : exchange(std::move(of)), body(std::move(request_body)) {}
  ServerContext(const ServerContext&) = delete;
  ServerContext& operator=(const ServerContext&) = delete;
  ~ServerContext() override {
    if (exchange) {
      exchange->abandon();
    }
  }

  /// Null once answered. Must not be kept: the exchange holds the response, and that holds this.
  std::shared_ptr<Exchange> exchange;
  /// The request's, where TransportOptions::body_streams is off.
  std::string body;
};

}  // namespace tidegate::transport
