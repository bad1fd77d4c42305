#include "server/dispatcher.h"

#include <cpprest/http_listener.h>

#include <string>
#include <string_view>

#include "server/transport/transport.h"
#include "services/ascii.h"
#include "services/telemetry/log.h"

namespace tidegate {

namespace {

using web::http::http_request;
using web::http::http_response;

IncomingRequest read(const http_request& request) {
  IncomingRequest incoming{.method = request.method(), .target = request.request_uri().to_string()};
  for (const auto& [name, value] : request.headers()) {
    std::string field = lower_case(name);
    if (field == "authorization") {
      incoming.authorization = value;
    } else if (field == "x-api-key") {
      incoming.x_api_key = value;
    } else if (field != "cookie") {
      incoming.headers.add(std::move(field), value);
    }
  }
  if (std::string body = transport::take_body(request); !body.empty()) {
    incoming.body = std::make_shared<const std::string>(std::move(body));
  }
  incoming.peer = request.remote_address();
  return incoming;
}

void send(const http_request& request, routes::Answer answer) {
  http_response response(static_cast<web::http::status_code>(answer.status));
  if (answer.body && !answer.body->empty()) response.headers().set_content_type(answer.content_type);
  for (const auto& [name, value] : answer.headers) response.headers().add(name, value);
  transport::reply(request, response, std::move(answer.body));
}

}  // namespace

void Dispatcher::handle(http_request request) noexcept {
  try {
    chain_->serve(read(request), [request](routes::Answer answer) {
      try {
        send(request, std::move(answer));
      } catch (const std::exception& failure) {
        log(LogLevel::kError, "reply.failed", {{"error", failure.what()}});
      }
    });
  } catch (...) {  // no memory to read it: dropping the request makes the transport answer 500
  }
}

}  // namespace tidegate
