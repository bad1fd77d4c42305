#include <array>
#include <cstdio>
#include <utility>

#include "server/transport/response_writer.h"
#include "server/transport/session.h"

namespace tidegate::transport {
namespace {

/// A body up to this size is copied behind its head and sent as one piece; a larger one is sent from where it
/// lies.
constexpr std::size_t kCopiedBodyBytesMax = std::size_t{16} * 1024;
/// Pieces of streams sent before other connections of the loop get their turn.
constexpr int kPiecesAtOnce = 32;

constexpr std::string_view kLastChunk = "0\r\n\r\n";

void append_chunk(std::string& out, std::string_view data) {
  std::array<char, 24> size{};
  const int digits = std::snprintf(size.data(), size.size(), "%zx\r\n", data.size());
  out.append(size.data(), static_cast<std::size_t>(digits));
  out += data;
  out += "\r\n";
}

}  // namespace

void Session::pump() {
  if (pumping_ || closed_) {
    return;
  }
  const auto self = shared_from_this();
  pumping_ = true;
  int pieces = 0;
  bool more = true;
  while (more && !closed_ && !has_unsent() && !queue_.empty()) {
    const std::shared_ptr<Exchange> exchange = queue_.front();
    switch (exchange->phase) {
      case Exchange::Phase::kWaiting:
        more = false;
        break;
      case Exchange::Phase::kReady:
        begin_answer(*exchange);
        break;
      case Exchange::Phase::kStreaming:
        more = continue_answer(exchange);
        if (more && ++pieces == kPiecesAtOnce) {
          more = false;
          exchange->body_ready();
        }
        break;
      case Exchange::Phase::kSent:
        finish_front();
        break;
    }
  }
  pumping_ = false;
}

void Session::begin_answer(Exchange& exchange) {
  if (exchange.prepared) {
    const std::string answer = *std::exchange(exchange.prepared, std::nullopt);
    exchange.phase = Exchange::Phase::kSent;
    send(answer, {});
    return;
  }
  const AnswerForm form{exchange.http11, exchange.head_only, exchange.keep_alive && !acceptor_->draining(),
                        loop_.date()};
  std::string& out = loop_.write_buffer();
  const auto head = append_head(out, *exchange.response, exchange.body_bytes(), form);
  if (!head) {
    exchange.ends_connection = exchange.ends_connection || !form.keep_alive;
    exchange.phase = Exchange::Phase::kSent;
    out = problem_answer(500, "The answer could not be sent.", make_request_id(), form);
    send(out, {});
    return;
  }
  exchange.ends_connection = head->close;
  begin_body(exchange, out, *head);
}

void Session::begin_body(Exchange& exchange, std::string& out, const AnswerHead& head) {
  const auto stream = exchange.response->_get_impl()->instream();
  if (head.framing == BodyFraming::kNone) {
    if (exchange.head_only && stream.is_valid()) {
      BodyStream(stream, std::nullopt).close();
    }
    exchange.phase = Exchange::Phase::kSent;
    send(out, {});
    return;
  }
  if (!stream.is_valid()) {
    send_whole(exchange, out, *exchange.shared_body);
    return;
  }
  if (head.framing == BodyFraming::kSized && stream.can_seek()) {
    std::uint8_t* memory = nullptr;
    std::size_t available = 0;
    auto buffer = stream.streambuf();
    const bool in_memory = buffer.acquire(memory, available);
    if (in_memory && memory != nullptr && available >= head.length_bytes) {
      const std::string_view body(reinterpret_cast<const char*>(memory),
                                  static_cast<std::size_t>(head.length_bytes));
      send_whole(exchange, out, body);
      return;
    }
    if (in_memory) {
      buffer.release(memory, 0);
    }
  }
  exchange.chunked = head.framing == BodyFraming::kChunked;
  exchange.phase = Exchange::Phase::kStreaming;
  exchange.body.emplace(
      stream, head.framing == BodyFraming::kSized ? std::optional(head.length_bytes) : std::nullopt);
  send(out, {});
}

void Session::send_whole(Exchange& exchange, std::string& out, std::string_view body) {
  exchange.phase = Exchange::Phase::kSent;
  if (body.size() <= kCopiedBodyBytesMax) {
    out += body;
    send(out, {});
  } else {
    send(out, body);
  }
}

/// False when the next piece is not there yet.
bool Session::continue_answer(const std::shared_ptr<Exchange>& exchange) {
  const auto wake = [waiting = std::weak_ptr<Exchange>(exchange)] {
    if (const auto alive = waiting.lock()) {
      alive->body_ready();
    }
  };
  switch (exchange->body->next(wake)) {
    case BodyStream::Step::kPending:
      return false;
    case BodyStream::Step::kData:
      if (exchange->chunked) {
        std::string& out = loop_.write_buffer();
        append_chunk(out, exchange->body->data());
        send(out, {});
      } else {
        send(exchange->body->data(), {});
      }
      return true;
    case BodyStream::Step::kEnd:
      exchange->phase = Exchange::Phase::kSent;
      if (exchange->chunked) {
        send(kLastChunk, {});
      }
      return true;
    case BodyStream::Step::kFailed:
      // The head promised more; a connection that breaks off is the only way left to say that it did not
      // come.
      close();
      return false;
  }
  return false;
}

void Session::finish_front() {
  const std::shared_ptr<Exchange> exchange = queue_.front();
  queue_.erase(queue_.begin());
  tell_transferred();
  exchange->finish();
  if (closed_) {
    return;
  }
  if (exchange->ends_connection) {
    begin_linger();
    return;
  }
  resume();
  if (closed_ || consuming_) {
    return;
  }
  if (queue_.empty() && peer_ended_) {
    close();
    return;
  }
  const bool nothing_begun = queue_.empty() && !parser_ && input_.empty();
  if (nothing_begun && acceptor_->draining()) {
    begin_linger();
    return;
  }
  if (parser_ && !parser_->complete()) {
    send_continue_if_due();
  }
  watch_time(Loop::Clock::now());
  if (wants_input()) {
    wait_readable();
  }
}

void Session::send(std::string_view first, std::string_view second) {
  while (!first.empty() || !second.empty()) {
    const auto result = channel_.write(first, second);
    if (result.status == Channel::Status::kFailed || result.status == Channel::Status::kEnd) {
      close();
      return;
    }
    if (result.status != Channel::Status::kDone) {
      break;
    }
    sent_bytes_ += result.bytes;
    const std::size_t of_first = std::min(result.bytes, first.size());
    first.remove_prefix(of_first);
    second.remove_prefix(result.bytes - of_first);
  }
  if (first.empty() && second.empty()) {
    return;
  }
  unsent_.assign(first);
  unsent_position_ = 0;
  unsent_tail_ = second;
  write_deadline_ = Loop::Clock::now() + loop_.core().limits().write_timeout;
  wait_writable();
}

void Session::flush() {
  while (has_unsent()) {
    const auto result = channel_.write(std::string_view(unsent_).substr(unsent_position_), unsent_tail_);
    if (result.status == Channel::Status::kFailed || result.status == Channel::Status::kEnd) {
      close();
      return;
    }
    if (result.status != Channel::Status::kDone) {
      wait_writable();
      return;
    }
    sent_bytes_ += result.bytes;
    write_deadline_ = Loop::Clock::now() + loop_.core().limits().write_timeout;
    const std::size_t of_first = std::min(result.bytes, unsent_.size() - unsent_position_);
    unsent_position_ += of_first;
    unsent_tail_.remove_prefix(result.bytes - of_first);
  }
  std::string().swap(unsent_);
  unsent_position_ = 0;
  write_deadline_ = Time::max();
  pump();
}

void Session::wait_writable() {
  if (waiting_writable_) {
    return;
  }
  waiting_writable_ = true;
  channel_.when_writable([self = shared_from_this()](const boost::system::error_code& error) {
    self->waiting_writable_ = false;
    if (!error && !self->closed_) {
      self->flush();
    }
  });
}

void Session::begin_linger() {
  if (peer_ended_) {
    close();
    return;
  }
  lingering_ = true;
  last_request_seen_ = true;
  parser_.reset();
  waiting_ = Waiting::kLingering;
  read_deadline_ = Loop::Clock::now() + loop_.core().limits().linger;
  channel_.shutdown_write();
  wait_readable();
}

}  // namespace tidegate::transport
