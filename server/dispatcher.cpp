#include "server/dispatcher.h"

#include <cpprest/http_listener.h>
#include <cpprest/rawptrstream.h>

#include <string>
#include <string_view>

#include "services/ascii.h"
#include "services/async/task.h"
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

/// Sees to what became of an answer, and keeps its body until then. One that can't be sent any more is the
/// peer's loss, not ours; but an unobserved failure would end the process.
void observe(const pplx::task<void>& sent, std::shared_ptr<const std::string> body) {
  const auto look = [kept = std::move(body)](const pplx::task<void>& done) {
    try {
      done.get();
    } catch (const std::exception&) {  // the transport has counted it
    }
  };
  if (sent.is_done()) {
    look(sent);
    return;
  }
  auto waiting = sent;
  waiting.then(look, pplx::task_options(async_detail::inline_scheduler()));
}

void send(http_request request, routes::Answer answer) {
  http_response response(static_cast<web::http::status_code>(answer.status));
  if (answer.body && !answer.body->empty()) {
    // Sent from where it lies: a cached body is large, and many answers share it.
    response.set_body(concurrency::streams::rawptr_stream<std::uint8_t>::open_istream(
                          reinterpret_cast<const std::uint8_t*>(answer.body->data()), answer.body->size()),
                      answer.body->size(), answer.content_type);
  } else if (answer.status != 204 && answer.status != 304) {  // those have no length of their own
    response.headers().set_content_length(0);
  }
  for (const auto& [name, value] : answer.headers) response.headers().add(name, value);
  observe(request.reply(response), std::move(answer.body));
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
