#include <cpprest/containerstream.h>
#include <cpprest/http_listener.h>

#include <algorithm>
#include <utility>

#include "server/transport/response_writer.h"
#include "server/transport/session.h"

namespace tidegate::transport {
namespace {

bool is_safe(std::string_view method) { return method == "GET" || method == "HEAD" || method == "OPTIONS"; }

web::http::http_request make_request(RequestParser& parser, web::uri uri, const std::string& peer,
                                     const std::string& listener_path, bool with_stream,
                                     const std::shared_ptr<Exchange>& exchange) {
  auto context = std::make_unique<ServerContext>(exchange, with_stream ? "" : std::move(parser.body));
  auto request = web::http::http_request::_create_request(std::move(context));
  request.set_method(parser.method);
  request.set_request_uri(uri);
  request.headers() = std::move(parser.headers);
  if (!parser.authority.empty()) {
    request.headers()["Host"] = std::move(parser.authority);
  }
  const auto impl = request._get_impl();
  impl->_set_remote_address(peer);
  impl->_set_http_version(parser.http11 ? web::http::http_versions::HTTP_1_1
                                        : web::http::http_versions::HTTP_1_0);
  impl->_set_listener_path(listener_path);
  if (with_stream) {
    const std::size_t body_bytes = parser.body.size();
    impl->set_instream(concurrency::streams::bytestream::open_istream(std::move(parser.body)));
    impl->_complete(body_bytes);
  }
  return request;
}

/// Hands the request over; whatever a handler throws becomes a 500, unless it had answered before.
void hand_over(Acceptor::Listener& listener, const web::http::http_request& request) {
  try {
    listener.handle_request(request);
  } catch (...) {
    web::http::http_response response(web::http::status_codes::InternalError);
    response.set_body(
        "{\"type\":\"about:blank\",\"title\":\"Internal Server Error\",\"status\":500,"
        "\"detail\":\"The request could not be handled.\"}\n",
        "application/problem+json");
    try {
      request.reply(response);
    } catch (const web::http::http_exception&) {  // answered already: that answer stands
    }
  }
}

}  // namespace

bool Session::may_dispatch() const {
  if (queue_.empty()) {
    return true;
  }
  // RFC 9112 section 9.3.2: pipelined requests may be handled at the same time only while all of them are
  // safe.
  return queue_.size() < loop_.core().limits().pipelined_requests_max && is_safe(parser_->method) &&
         std::all_of(queue_.begin(), queue_.end(), [](const auto& exchange) { return exchange->safe; });
}

void Session::answer_directly(unsigned status, std::string_view detail, std::string_view request_id,
                              const std::shared_ptr<Exchange>& exchange) {
  const bool keep_alive = exchange->keep_alive && !acceptor_->draining();
  exchange->ends_connection = !keep_alive;
  exchange->prepare(problem_answer(status, detail, request_id,
                                   {exchange->http11, exchange->head_only, keep_alive, loop_.date()}));
}

void Session::dispatch() {
  const std::unique_ptr<RequestParser> parser = std::move(parser_);
  waiting_ = Waiting::kNothing;
  const auto exchange =
      std::make_shared<Exchange>(loop_.shared_from_this(), *this, parser->http11, parser->method == "HEAD",
                                 is_safe(parser->method), parser->keep_alive(), std::move(parser->share));
  queue_.push_back(exchange);
  last_request_seen_ = !exchange->keep_alive;

  if (parser->target == "*") {
    answer_directly(204, {}, {}, exchange);
    return;
  }
  Acceptor::Listener* listener = acceptor_->find(loop_, parser->target);
  if (listener == nullptr) {
    answer_directly(404, "Nothing listens at this path.", make_request_id(), exchange);
    return;
  }
  web::uri uri;
  try {
    uri = web::uri(parser->target);
  } catch (const std::exception&) {
    const std::string request_id = make_request_id();
    loop_.core().observer->refused({Refusal::kMalformedHead, peer_, request_id});
    answer_directly(400, "The target is not a valid URI.", request_id, exchange);
    return;
  }
  ++requests_;
  hand_over(*listener, make_request(*parser, std::move(uri), peer_, listener->uri().path(),
                                    loop_.core().options.body_streams, exchange));
}

}  // namespace tidegate::transport
