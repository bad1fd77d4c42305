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

/// The whole body, copied once out of the transport's buffer; null where there is none.
std::shared_ptr<const std::string> read_body(const http_request& request) {
  auto buffer = request.body().streambuf();
  if (!buffer || buffer.in_avail() == 0) return nullptr;
  auto body = std::make_shared<std::string>();
  body->reserve(buffer.in_avail());
  std::uint8_t* bytes = nullptr;
  std::size_t count = 0;
  while (buffer.acquire(bytes, count) && bytes != nullptr && count > 0) {
    body->append(reinterpret_cast<const char*>(bytes), count);
    buffer.release(bytes, count);
  }
  return body;
}

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
  incoming.body = read_body(request);
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
