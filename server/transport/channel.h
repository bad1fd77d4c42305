#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <span>
#include <string_view>

#include "server/transport/tls.h"

namespace tidegate::transport {

/// One connection's bytes, with or without TLS. Nothing here blocks and nothing is buffered for a connection
/// that waits: asio tells when the socket is ready, reads and writes are plain calls into the caller's
/// memory. (asio's own ssl::stream keeps 34 KiB a connection.)
class Channel {
 public:
  using Executor = boost::asio::io_context::executor_type;
  using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;

  enum class Status {
    kDone,
    kWaitRead,   ///< call again when readable
    kWaitWrite,  ///< call again when writable
    kEnd,        ///< the peer sends no more
    kFailed
  };
  struct Result {
    Status status;
    std::size_t bytes;
  };

  /// `socket` is open and non-blocking; `tls` is null for plain HTTP.
  Channel(Socket socket, TlsSession tls);

  Result handshake();
  Result read(std::span<char> into);
  /// Writes `first`, then `second`, as far as the socket takes them; `bytes` counts both together. kDone also
  /// for a part; what follows is the caller's.
  Result write(std::string_view first, std::string_view second);

  bool is_tls() const { return tls_ != nullptr; }
  /// Decrypted bytes are waiting that no readiness of the socket will announce.
  bool has_buffered_input() const { return tls_ && SSL_pending(tls_.get()) > 0; }

  template <typename Handler>
  void when_readable(Handler&& handler) {
    socket_.async_wait(Socket::wait_read, std::forward<Handler>(handler));
  }
  template <typename Handler>
  void when_writable(Handler&& handler) {
    socket_.async_wait(Socket::wait_write, std::forward<Handler>(handler));
  }

  /// Tells the peer that nothing more comes.
  void shutdown_write();
  void close();

 private:
  Result tls_result(int outcome, std::size_t bytes);

  Socket socket_;
  TlsSession tls_;
  bool tls_broken_ = false;
};

}  // namespace tidegate::transport
