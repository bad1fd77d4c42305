#pragma once

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tidegate::bench {

/// An HTTP server that costs next to nothing, so that what is measured beside it is not: each request is
/// answered by a function of it, a fixed time after it came. One thread, keep-alive, bodies with
/// Content-Length only.
class LateServer {
 public:
  /// The whole answer, head and all, to a whole request.
  using Answer = std::function<std::string(std::string_view request)>;

  /// Listens on 127.0.0.1:`port`; ends the process where it can't.
  LateServer(int port, std::chrono::milliseconds latency, Answer answer)
      : latency_(latency),
        answer_(std::move(answer)),
        epoll_(epoll_create1(0)),
        listener_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)) {
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigprocmask(SIG_BLOCK, &ends, nullptr);
    signals_ = signalfd(-1, &ends, 0);
    const int on = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        listen(listener_, 4096) != 0) {
      std::perror("listen");
      std::exit(1);
    }
    watch(listener_);
    watch(signals_);
  }

  /// Serves until SIGTERM or SIGINT. Returns how many requests came.
  std::size_t run() {
    std::vector<epoll_event> events(1024);
    while (true) {
      const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), wait_ms());
      for (int i = 0; i < count; ++i) {
        const int fd = events[static_cast<std::size_t>(i)].data.fd;
        if (fd == signals_) return requests_;
        if (fd == listener_) {
          accept_all();
        } else {
          receive(fd);
        }
      }
      for (; !due_.empty() && due_.front().at <= Steady::now(); due_.pop_front()) {
        const auto& late = due_.front();
        [[maybe_unused]] const auto sent =
            send(late.fd, late.answer.data(), late.answer.size(), MSG_NOSIGNAL);
        if (late.last) shutdown(late.fd, SHUT_WR);
      }
    }
  }

  /// A 200 with a body, or another status.
  static std::string reply(std::string_view type, std::string_view body, std::string_view status = "200 OK",
                           std::string_view more_headers = "") {
    std::string text = "HTTP/1.1 ";
    text.append(status).append("\r\nContent-Type: ").append(type).append("\r\nContent-Length: ");
    text.append(std::to_string(body.size())).append("\r\nx-amzn-RequestId: 0123456789ABCDEF\r\n");
    return text.append(more_headers).append("\r\n").append(body);
  }

 private:
  using Steady = std::chrono::steady_clock;
  struct Late {
    Steady::time_point at;
    int fd;
    std::string answer;
    bool last;  ///< the client asked for the connection's end
  };

  void watch(int fd) const {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  }

  int wait_ms() const {
    if (due_.empty()) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(due_.front().at - Steady::now()).count();
    return static_cast<int>(std::max<std::int64_t>(0, left));
  }

  void accept_all() const {
    for (int peer = 0; (peer = accept(listener_, nullptr, nullptr)) >= 0;) {
      const int on = 1;
      setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      watch(peer);
    }
  }

  void receive(int fd) {
    char buffer[16384];
    const auto got = read(fd, buffer, sizeof buffer);
    if (got <= 0) {
      received_.erase(fd);
      std::erase_if(due_, [fd](const Late& late) { return late.fd == fd; });
      close(fd);
      return;
    }
    auto& text = received_[fd].append(buffer, static_cast<std::size_t>(got));
    while (const auto size = whole(text)) {
      ++requests_;
      const auto request = std::string_view(text).substr(0, size);
      const bool last = request.find("\r\nConnection: close\r\n") != std::string_view::npos;
      due_.push_back({Steady::now() + latency_, fd, answer_(request), last});
      text.erase(0, size);
    }
  }

  /// The length of the first request, or 0 while it is not all there.
  static std::size_t whole(std::string_view text) {
    const auto end = text.find("\r\n\r\n");
    if (end == std::string_view::npos) return 0;
    const auto at = text.find("ontent-Length: ");
    const auto size = end + 4 + (at < end ? std::strtoul(text.data() + at + 15, nullptr, 10) : 0);
    return text.size() >= size ? size : 0;
  }

  std::chrono::milliseconds latency_;
  Answer answer_;
  int epoll_;
  int listener_;
  int signals_ = -1;
  std::size_t requests_ = 0;
  std::unordered_map<int, std::string> received_;
  std::deque<Late> due_;
};

}  // namespace tidegate::bench
