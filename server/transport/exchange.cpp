#include "server/transport/exchange.h"

#include <utility>

#include "server/transport/reply_scheduler.h"
#include "server/transport/response_writer.h"
#include "server/transport/session.h"

namespace tidegate::transport {
namespace {

web::http::http_exception connection_lost() {
  return web::http::http_exception("the connection ended before the response was sent");
}

/// Tells the producer of a body that nobody will read it.
void close_body(const web::http::http_response& response) {
  const auto stream = response._get_impl()->instream();
  if (stream.is_valid()) {
    BodyStream(stream, std::nullopt).close();
  }
}

}  // namespace

Exchange::Exchange(std::shared_ptr<Loop> loop, Session& session, bool is_http11, bool is_head_only,
                   bool is_safe, bool may_keep_alive, BodyShare share)
    : http11(is_http11),
      head_only(is_head_only),
      safe(is_safe),
      keep_alive(may_keep_alive),
      loop_(std::move(loop)),
      share_(std::move(share)),
      session_(&session) {}

pplx::task<void> Exchange::respond(web::http::http_response answer) {
  if (answer._get_impl()->instream().is_valid()) {
    return respond_with_stream(std::move(answer));
  }
  if (loop_->on_this_thread()) {
    take(std::move(answer));
  } else {
    // A loop that has stopped has no connection left to answer on.
    const auto self = shared_from_this();
    loop_->post([self, answer] { self->take(answer); });
  }
  return completed_reply();
}

pplx::task<void> Exchange::respond_with_stream(web::http::http_response answer) {
  if (loop_->on_this_thread()) {
    take(std::move(answer));
    if (finished_) {
      return failed_ ? pplx::task_from_exception<void>(connection_lost()) : completed_reply();
    }
    completion_.emplace();
    return pplx::create_task(*completion_);
  }
  completion_.emplace();
  pplx::task<void> sent = pplx::create_task(*completion_);
  const auto self = shared_from_this();
  if (!loop_->post([self, answer] { self->take(answer); })) {
    complete(false);
  }
  return sent;
}

void Exchange::abandon() {
  const auto answer = [](Exchange& self) {
    if (self.session_ != nullptr) {
      const AnswerForm form{self.http11, self.head_only, self.keep_alive, self.loop_->date()};
      self.prepare(problem_answer(500, "The request was not answered.", make_request_id(), form));
    }
  };
  if (loop_->on_this_thread()) {
    answer(*this);
    return;
  }
  // A loop that has stopped has no connection left to answer on.
  const auto self = shared_from_this();
  loop_->post([self, answer] { answer(*self); });
}

void Exchange::prepare(std::string answer) {
  prepared = std::move(answer);
  phase = Phase::kReady;
  ends_connection = ends_connection || !keep_alive;
  if (session_ != nullptr) {
    session_->pump();
  }
}

void Exchange::take(web::http::http_response answer) {
  if (session_ == nullptr) {
    close_body(answer);
    complete(false);
    return;
  }
  response = std::move(answer);
  phase = Phase::kReady;
  if (response->_get_impl()->instream().is_valid()) {
    session_->pump();
  } else {
    loop_->pump_soon(session_->shared_from_this());
  }
}

void Exchange::detach() {
  session_ = nullptr;
  if (phase == Phase::kWaiting) {
    return;
  }
  if (body) {
    body->close();
  } else if (response) {
    close_body(*response);
  }
  complete(false);
}

void Exchange::finish() {
  session_ = nullptr;
  complete(true);
}

void Exchange::body_ready() {
  const auto self = shared_from_this();
  loop_->post([self] {
    if (self->session_ != nullptr) {
      self->session_->pump();
    }
  });
}

void Exchange::complete(bool sent) {
  if (std::exchange(finished_, true)) {
    return;
  }
  failed_ = !sent;
  response.reset();
  if (!completion_) {
    return;
  }
  if (sent) {
    completion_->set();
  } else {
    completion_->set_exception(std::make_exception_ptr(connection_lost()));
  }
}

}  // namespace tidegate::transport
