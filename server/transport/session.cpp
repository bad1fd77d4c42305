#include "server/transport/session.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "server/transport/response_writer.h"

namespace tidegate::transport {
namespace {
constexpr std::size_t kHeadReadBytes = std::size_t{16} * 1024;
}  // namespace

void Session::open(Loop& loop, std::shared_ptr<Acceptor> acceptor, int descriptor,
                   const boost::asio::ip::tcp::endpoint& peer, const AddressKey& key) {
  Channel::Socket socket(loop.io());
  boost::system::error_code failed;
  socket.assign(peer.protocol(), descriptor, failed);
  if (failed) {
    ::close(descriptor);
  }
  boost::system::error_code ignored;
  socket.set_option(boost::asio::ip::tcp::no_delay(true), ignored);
  TlsSession tls;
  if (acceptor->tls()) {
    tls = loop.core().certificates->start_session(descriptor);
    failed = tls ? failed : boost::asio::error::no_memory;
  }
  const auto session = std::make_shared<Session>(
      loop, std::move(acceptor), Channel(std::move(socket), std::move(tls)), peer.address().to_string(), key);
  loop.add(session);
  if (failed) {
    session->close();
    return;
  }
  session->start();
}

Session::Session(Loop& loop, std::shared_ptr<Acceptor> acceptor, Channel channel, std::string peer,
                 const AddressKey& key)
    : loop_(loop),
      acceptor_(std::move(acceptor)),
      channel_(std::move(channel)),
      peer_(std::move(peer)),
      key_(key) {}

void Session::start() {
  const auto& limits = loop_.core().limits();
  if (channel_.is_tls()) {
    waiting_ = Waiting::kHandshake;
    read_deadline_ = Loop::Clock::now() + limits.header_timeout;
  } else {
    read_deadline_ = Loop::Clock::now() + limits.idle_timeout;
  }
  wait_readable();
}

void Session::wait_readable() {
  if (waiting_readable_ || closed_) {
    return;
  }
  waiting_readable_ = true;
  if (channel_.has_buffered_input()) {
    boost::asio::post(loop_.io(), [self = shared_from_this()] {
      self->waiting_readable_ = false;
      self->on_readable();
    });
    return;
  }
  channel_.when_readable([self = shared_from_this()](const boost::system::error_code& error) {
    self->waiting_readable_ = false;
    if (!error) {
      self->on_readable();
    }
  });
}

void Session::shake_hands() {
  const auto result = channel_.handshake();
  switch (result.status) {
    case Channel::Status::kDone:
      waiting_ = Waiting::kRequest;
      read_deadline_ = Loop::Clock::now() + loop_.core().limits().idle_timeout;
      wait_readable();
      return;
    case Channel::Status::kWaitRead:
      wait_readable();
      return;
    case Channel::Status::kWaitWrite:
      channel_.when_writable([self = shared_from_this()](const boost::system::error_code& error) {
        if (!error && !self->closed_) {
          self->shake_hands();
        }
      });
      return;
    case Channel::Status::kEnd:
    case Channel::Status::kFailed:
      cut_off(Refusal::kTlsHandshake);
      return;
  }
}

void Session::on_readable() {
  if (closed_) {
    return;
  }
  if (waiting_ == Waiting::kHandshake) {
    shake_hands();
    return;
  }
  // What comes behind a request that must wait is kept, so outside a body no more is read than a head may
  // need.
  const auto room = parser_ || lingering_ ? loop_.read_buffer() : loop_.read_buffer().first(kHeadReadBytes);
  const auto result = channel_.read(room);
  switch (result.status) {
    case Channel::Status::kDone:
      received_bytes_ += result.bytes;
      consume_input({loop_.read_buffer().data(), result.bytes});
      break;
    case Channel::Status::kEnd:
      peer_ended_ = true;
      if (queue_.empty()) {
        close();
      }
      break;
    case Channel::Status::kFailed:
      close();
      break;
    case Channel::Status::kWaitRead:
    case Channel::Status::kWaitWrite:
      break;
  }
  if (closed_) {
    return;
  }
  watch_time(Loop::Clock::now());
  if (wants_input()) {
    wait_readable();
  }
}

void Session::consume_input(std::string_view fresh) {
  if (lingering_) {
    lingered_bytes_ += fresh.size();
    if (lingered_bytes_ > loop_.core().limits().linger_bytes_max) {
      close();
    }
    return;
  }
  if (last_request_seen_) {
    return;
  }
  if (input_.empty()) {
    const std::size_t consumed = consume(fresh);
    if (!closed_ && !last_request_seen_) {
      input_.assign(fresh.substr(consumed));
    }
    return;
  }
  input_.append(fresh);
  resume();
}

/// Takes what waits in input_, after an answer made room or bytes came.
void Session::resume() {
  if (consuming_ || closed_ || last_request_seen_) {
    return;
  }
  const std::size_t consumed = consume(input_);
  if (closed_ || last_request_seen_ || consumed == input_.size()) {
    std::string().swap(input_);
    return;
  }
  input_.erase(0, consumed);
}

/// Reads as many requests as are whole and may be in flight; returns how many bytes it has taken.
std::size_t Session::consume(std::string_view bytes) {
  consuming_ = true;
  std::size_t consumed = 0;
  bool more = true;
  while (more && !closed_ && !last_request_seen_) {
    if (parser_ && parser_->complete()) {
      more = may_dispatch();
      if (more) {
        dispatch();
      }
    } else if (parser_) {
      more = read_body(bytes.substr(consumed), consumed);
    } else {
      more = read_head(bytes.substr(consumed), consumed);
    }
  }
  consuming_ = false;
  return consumed;
}

bool Session::read_head(std::string_view bytes, std::size_t& consumed) {
  if (bytes.empty()) {
    return false;
  }
  const auto& limits = loop_.core().limits();
  const auto result = scanner_.scan(bytes.substr(0, limits.header_bytes_max));
  switch (result) {
    case HeadScanner::Result::kBad:
      refuse(400, Refusal::kMalformedHead, "The head holds a byte or a line that HTTP does not allow.");
      return false;
    case HeadScanner::Result::kIncomplete:
      if (bytes.size() >= limits.header_bytes_max) {
        refuse(431, Refusal::kHeadTooLarge, "The request line and its fields are too large.");
      }
      return false;
    case HeadScanner::Result::kComplete:
      break;
  }
  const std::string_view head = scanner_.head(bytes);
  consumed += scanner_.end();
  scanner_.reset();
  return begin_request(head);
}

bool Session::begin_request(std::string_view head_bytes) {
  const auto& options = loop_.core().options;
  const auto checked = check_head(head_bytes, options.limits.header_fields_max);
  if (const auto* refusal = std::get_if<HeadRefusal>(&checked)) {
    refuse(refusal->status, refusal->reason, refusal->detail);
    return false;
  }
  const auto& head = std::get<RequestHead>(checked);
  std::size_t body_bytes_max = options.limits.body_bytes_max;
  if (head.has_body()) {
    if (options.body_limit_for) {
      body_bytes_max = std::min(body_bytes_max, options.body_limit_for(head.method, head.target));
    }
    if (head.content_length_bytes.value_or(0) > body_bytes_max) {
      refuse(413, Refusal::kBodyTooLarge, "The body is larger than this operation takes.");
      return false;
    }
  }
  parser_ = std::make_unique<RequestParser>(head, options.limits.header_bytes_max, body_bytes_max,
                                            loop_.core().bodies);
  const auto progress = parser_->read_head(head_bytes);
  const bool understood = progress.consumed_bytes == head_bytes.size() &&
                          (progress.result == RequestParser::Result::kComplete) == !head.has_body() &&
                          (progress.result == RequestParser::Result::kComplete ||
                           progress.result == RequestParser::Result::kIncomplete);
  if (!understood) {
    refuse(400, Refusal::kMalformedHead, "The head is not a valid HTTP request.");
    return false;
  }
  body_start_ = Loop::Clock::now();
  return true;
}

bool Session::read_body(std::string_view bytes, std::size_t& consumed) {
  if (bytes.empty()) {
    send_continue_if_due();
    return false;
  }
  // A client that sends its body needs no leave to send it.
  parser_->expects_continue = false;
  const auto progress = parser_->read_body(bytes);
  consumed += progress.consumed_bytes;
  switch (progress.result) {
    case RequestParser::Result::kComplete:
      return true;
    case RequestParser::Result::kIncomplete:
      return false;
    case RequestParser::Result::kTooLarge:
      refuse(413, Refusal::kBodyTooLarge, "The body is larger than this operation takes.");
      return false;
    case RequestParser::Result::kOutOfMemory:
      refuse(503, Refusal::kBodyMemory, "Too many bodies are being received.");
      return false;
    case RequestParser::Result::kMalformed:
      refuse(400, Refusal::kMalformedBody, "The chunked body is malformed.");
      return false;
  }
  return false;
}

void Session::send_continue_if_due() {
  const bool in_turn = queue_.empty() && !has_unsent();
  if (parser_->expects_continue && in_turn) {
    parser_->expects_continue = false;
    send("HTTP/1.1 100 Continue\r\n\r\n", {});
  }
}

void Session::refuse(unsigned status, Refusal reason, std::string_view detail) {
  const std::string request_id = make_request_id();
  loop_.core().observer->refused({reason, peer_, request_id});
  parser_.reset();
  last_request_seen_ = true;
  const auto exchange = std::make_shared<Exchange>(loop_.shared_from_this(), *this, true, false, false, false,
                                                   BodyShare(loop_.core().bodies));
  queue_.push_back(exchange);
  answer_directly(status, detail, request_id, exchange);
}

bool Session::wants_input() const {
  if (closed_ || peer_ended_) {
    return false;
  }
  if (lingering_ || waiting_ == Waiting::kHandshake) {
    return true;
  }
  const bool next_request_waits = parser_ && parser_->complete();
  return !last_request_seen_ && !next_request_waits &&
         queue_.size() < loop_.core().limits().pipelined_requests_max;
}

/// Sets the time limit that fits what the peer is being waited for now.
void Session::watch_time(Time now) {
  const auto& limits = loop_.core().limits();
  if (closed_ || lingering_ || waiting_ == Waiting::kHandshake) {
    return;
  }
  // NOLINTNEXTLINE(bugprone-branch-clone): in the order in which they count
  if (last_request_seen_ || peer_ended_) {
    waiting_ = Waiting::kNothing;
    read_deadline_ = Time::max();
  } else if (parser_ && !parser_->complete()) {
    waiting_ = Waiting::kBody;
    const std::chrono::milliseconds earned(parser_->body_bytes() * 1'000 / limits.body_bytes_per_second_min);
    read_deadline_ = body_start_ + limits.body_grace + earned;
  } else if (!parser_ && !input_.empty() && wants_input()) {
    if (waiting_ != Waiting::kHead) {
      waiting_ = Waiting::kHead;
      read_deadline_ = now + limits.header_timeout;
    }
  } else if (queue_.empty()) {
    waiting_ = Waiting::kRequest;
    read_deadline_ = now + limits.idle_timeout;
  } else {
    waiting_ = Waiting::kNothing;
    read_deadline_ = Time::max();
  }
}

void Session::sweep(Time now) {
  if (closed_) {
    return;
  }
  if (now > write_deadline_) {
    cut_off(Refusal::kWriteTimeout);
    return;
  }
  if (now <= read_deadline_) {
    return;
  }
  read_deadline_ = Time::max();
  switch (waiting_) {
    case Waiting::kHandshake:
      cut_off(Refusal::kTlsHandshake);
      break;
    case Waiting::kHead:
      refuse(408, Refusal::kHeadTimeout, "The request's head took too long.");
      break;
    case Waiting::kBody:
      refuse(408, Refusal::kBodyTimeout, "The request's body took too long.");
      break;
    case Waiting::kRequest:
    case Waiting::kLingering:
      close();
      break;
    case Waiting::kNothing:
      break;
  }
}

void Session::drain() {
  if (closed_ || lingering_ || waiting_ == Waiting::kHandshake) {
    return;
  }
  const auto is_idle = [this] { return queue_.empty() && !parser_ && input_.empty() && !has_unsent(); };
  if (is_idle() && !last_request_seen_) {
    // A request may have arrived that the loop has not seen yet; it was sent in good faith.
    on_readable();
  }
  if (!closed_ && !lingering_ && is_idle()) {
    begin_linger();
  }
}

void Session::cut_off(Refusal reason) {
  if (!closed_) {
    loop_.core().observer->refused({reason, peer_, {}});
    close();
  }
}

void Session::tell_transferred() {
  if (received_bytes_ + sent_bytes_ > 0) {
    loop_.core().observer->transferred(std::exchange(received_bytes_, 0), std::exchange(sent_bytes_, 0));
  }
}

void Session::close() {
  if (std::exchange(closed_, true)) {
    return;
  }
  const auto self = shared_from_this();
  channel_.close();
  unsent_tail_ = {};
  parser_.reset();
  loop_.remove(*this);
  for (const auto& exchange : std::exchange(queue_, {})) {
    exchange->detach();
  }
  Core& core = loop_.core();
  tell_transferred();
  core.observer->connection_closed(requests_);
  core.connections.leave(key_);
  loop_.forget_session();
  acceptor_->session_closed();
}

}  // namespace tidegate::transport
