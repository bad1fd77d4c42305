#include "server/transport/channel.h"

#include <openssl/err.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <utility>

namespace tidegate::transport {

Channel::Channel(Socket socket, TlsSession tls) : socket_(std::move(socket)), tls_(std::move(tls)) {}

Channel::Result Channel::tls_result(int outcome, std::size_t bytes) {
  if (outcome > 0) {
    return {Status::kDone, bytes};
  }
  switch (SSL_get_error(tls_.get(), outcome)) {
    case SSL_ERROR_WANT_READ:
      return {Status::kWaitRead, 0};
    case SSL_ERROR_WANT_WRITE:
      return {Status::kWaitWrite, 0};
    case SSL_ERROR_ZERO_RETURN:
      return {Status::kEnd, 0};
    default:
      // After a fatal error OpenSSL forbids SSL_shutdown(); a connection lost without close_notify ends here
      // too.
      tls_broken_ = true;
      return {Status::kFailed, 0};
  }
}

Channel::Result Channel::handshake() {
  if (!tls_) {
    return {Status::kDone, 0};
  }
  ERR_clear_error();
  return tls_result(SSL_do_handshake(tls_.get()), 0);
}

Channel::Result Channel::read(std::span<char> into) {
  if (tls_) {
    std::size_t received = 0;
    ERR_clear_error();
    const int outcome = SSL_read_ex(tls_.get(), into.data(), into.size(), &received);
    return tls_result(outcome, received);
  }
  const auto received = ::recv(socket_.native_handle(), into.data(), into.size(), 0);
  if (received > 0) {
    return {Status::kDone, static_cast<std::size_t>(received)};
  }
  if (received == 0) {
    return {Status::kEnd, 0};
  }
  const bool again = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  return {again ? Status::kWaitRead : Status::kFailed, 0};
}

Channel::Result Channel::write(std::string_view first, std::string_view second) {
  if (tls_) {
    const std::string_view part = first.empty() ? second : first;
    std::size_t sent = 0;
    ERR_clear_error();
    const int outcome = SSL_write_ex(tls_.get(), part.data(), part.size(), &sent);
    return tls_result(outcome, sent);
  }
  std::array<iovec, 2> parts{iovec{const_cast<char*>(first.data()), first.size()},
                             iovec{const_cast<char*>(second.data()), second.size()}};
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  const auto sent = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL);
  if (sent >= 0) {
    return {Status::kDone, static_cast<std::size_t>(sent)};
  }
  const bool again = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  return {again ? Status::kWaitWrite : Status::kFailed, 0};
}

void Channel::shutdown_write() {
  if (tls_ && !tls_broken_) {
    ERR_clear_error();
    SSL_shutdown(tls_.get());
  }
  ::shutdown(socket_.native_handle(), SHUT_WR);
}

void Channel::close() {
  if (tls_ && !tls_broken_ && SSL_is_init_finished(tls_.get()) != 0) {
    ERR_clear_error();
    SSL_shutdown(tls_.get());
  }
  boost::system::error_code ignored;
  socket_.close(ignored);
  tls_.reset();
  ERR_clear_error();
}

}  // namespace tidegate::transport
