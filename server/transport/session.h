#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/transport/acceptor.h"
#include "server/transport/address_counts.h"
#include "server/transport/channel.h"
#include "server/transport/exchange.h"
#include "server/transport/head_check.h"
#include "server/transport/request_parser.h"

namespace tidegate::transport {

/// One connection, from accept to close. Lives on its loop's thread. While it waits it holds no buffer: bytes
/// are read into the loop's memory and only what belongs to an unfinished head or body is kept.
class Session : public std::enable_shared_from_this<Session> {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Takes `descriptor` (open, non-blocking) over, adds the session to `loop` and begins to read.
  static void open(Loop& loop, std::shared_ptr<Acceptor> acceptor, int descriptor,
                   const boost::asio::ip::tcp::endpoint& peer, const AddressKey& key);

  Session(Loop& loop, std::shared_ptr<Acceptor> acceptor, Channel channel, std::string peer,
          const AddressKey& key);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Sends answers whose turn it is, as far as the peer takes them.
  void pump();
  /// Applies the time limits.
  void sweep(Time now);
  /// Ends the connection as soon as it owes no answer.
  void drain();
  /// Ends it now, whatever it owes.
  void cut_off(Refusal reason);
  void close();

  const Acceptor* acceptor() const { return acceptor_.get(); }

  // The session's place in its loop's list.
  std::size_t position() const { return position_; }
  void set_position(std::size_t position) { position_ = position; }

 private:
  /// What the peer is being waited for, which decides its time limit.
  enum class Waiting { kNothing, kHandshake, kRequest, kHead, kBody, kLingering };

  // session.cpp: reading
  void start();
  void shake_hands();
  void wait_readable();
  void on_readable();
  void consume_input(std::string_view fresh);
  std::size_t consume(std::string_view bytes);
  bool read_head(std::string_view bytes, std::size_t& consumed);
  bool begin_request(std::string_view head);
  bool read_body(std::string_view bytes, std::size_t& consumed);
  void send_continue_if_due();
  void refuse(unsigned status, Refusal reason, std::string_view detail);
  void resume();
  bool wants_input() const;
  void watch_time(Time now);

  // session_dispatch.cpp: handing requests to listeners
  bool may_dispatch() const;
  void dispatch();
  void answer_directly(unsigned status, std::string_view detail, std::string_view request_id,
                       const std::shared_ptr<Exchange>& exchange);

  // session_write.cpp: answering
  void begin_answer(Exchange& exchange);
  void begin_body(Exchange& exchange, std::string& head, const struct AnswerHead& form);
  void send_whole(Exchange& exchange, std::string& head, std::string_view body);
  bool continue_answer(const std::shared_ptr<Exchange>& exchange);
  void finish_front();
  void send(std::string_view first, std::string_view second);
  void flush();
  void wait_writable();
  bool has_unsent() const { return unsent_position_ < unsent_.size() || !unsent_tail_.empty(); }
  void begin_linger();
  void tell_transferred();

  Loop& loop_;
  const std::shared_ptr<Acceptor> acceptor_;
  Channel channel_;
  const std::string peer_;
  const AddressKey key_;
  std::size_t position_ = 0;

  std::string input_;  ///< received and not yet understood
  HeadScanner scanner_;
  std::unique_ptr<RequestParser>
      parser_;  ///< of the request whose head is complete and that is not dispatched
  Waiting waiting_ = Waiting::kRequest;
  Time read_deadline_ = Time::max();
  Time body_start_{};
  std::size_t lingered_bytes_ = 0;

  std::vector<std::shared_ptr<Exchange>> queue_;  ///< in flight, in order
  std::string unsent_;                            ///< the socket did not take it yet
  std::size_t unsent_position_ = 0;
  std::string_view unsent_tail_;  ///< follows unsent_; memory of the front exchange's response or body
  Time write_deadline_ = Time::max();

  std::size_t requests_ = 0;
  std::size_t received_bytes_ = 0;
  std::size_t sent_bytes_ = 0;

  bool waiting_readable_ = false;
  bool waiting_writable_ = false;
  bool consuming_ = false;
  bool pumping_ = false;
  bool last_request_seen_ = false;  ///< whatever comes now is not a request
  bool peer_ended_ = false;
  bool lingering_ = false;
  bool closed_ = false;
};

}  // namespace tidegate::transport
