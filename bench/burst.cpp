// Sends one POST on each of many connections at the same moment and measures each answer:
//   bench_burst PORT COUNT PATH BODY [HEADER...]
// "{n}" in BODY becomes the connection's number. All connections are open before the first byte is sent, and
// have had one answer (GET /livez), so that what is measured is the requests alone. Prints one JSON line.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Connection {
  int fd = -1;
  std::string received;
  Clock::time_point sent;
  double answered_ms = -1;
  int status = 0;
};

/// Whether `text` holds a whole answer with Content-Length.
bool is_whole(const std::string& text) {
  const std::size_t end = text.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  const std::size_t at = text.find("ontent-Length: ");
  if (at == std::string::npos || at > end) return true;
  return text.size() >= end + 4 + std::stoul(text.substr(at + 15));
}

void send_all(int fd, const std::string& text) {
  for (std::size_t sent = 0; sent < text.size();) {
    const ssize_t count = send(fd, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) return;  // the missing answer tells
    sent += static_cast<std::size_t>(count);
  }
}

void receive(Connection& connection) {
  char buffer[16384];
  while (true) {
    const ssize_t count = recv(connection.fd, buffer, sizeof buffer, MSG_DONTWAIT);
    if (count > 0) {
      connection.received.append(buffer, static_cast<std::size_t>(count));
      continue;
    }
    if (count == 0 && connection.answered_ms < 0) connection.answered_ms = NAN;  // closed without an answer
    return;
  }
}

/// Waits until every connection has a whole answer, or `timeout` has passed.
void collect(std::vector<Connection>& connections, std::chrono::seconds timeout) {
  const int epoll = epoll_create1(0);
  for (std::size_t i = 0; i < connections.size(); ++i) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = i;
    epoll_ctl(epoll, EPOLL_CTL_ADD, connections[i].fd, &event);
  }
  std::size_t open = connections.size();
  const auto until = Clock::now() + timeout;
  std::vector<epoll_event> events(256);
  while (open > 0 && Clock::now() < until) {
    const int count = epoll_wait(epoll, events.data(), static_cast<int>(events.size()), 100);
    const auto now = Clock::now();
    for (int i = 0; i < count; ++i) {
      Connection& connection = connections[events[static_cast<std::size_t>(i)].data.u64];
      receive(connection);
      const bool closed = std::isnan(connection.answered_ms);
      if (!closed && !is_whole(connection.received)) continue;
      if (!closed) {
        connection.answered_ms = std::chrono::duration<double, std::milli>(now - connection.sent).count();
        connection.status = std::atoi(connection.received.substr(9, 3).c_str());
      }
      epoll_ctl(epoll, EPOLL_CTL_DEL, connection.fd, nullptr);
      --open;
    }
  }
  close(epoll);
}

int connect_to(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    std::perror("connect");
    std::exit(1);
  }
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

std::string with_number(std::string text, std::size_t number) {
  for (std::size_t at; (at = text.find("{n}")) != std::string::npos;)
    text.replace(at, 3, std::to_string(number));
  return text;
}

double percentile(const std::vector<double>& sorted, double share) {
  if (sorted.empty()) return NAN;
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  return sorted[std::min(sorted.size() - 1, std::max<std::size_t>(rank, 1) - 1)];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    std::fprintf(stderr, "usage: bench_burst PORT COUNT PATH BODY [HEADER...]\n");
    return 2;
  }
  const int port = std::atoi(argv[1]);
  const auto count = static_cast<std::size_t>(std::atoi(argv[2]));
  std::string fields;
  for (int i = 5; i < argc; ++i) fields += std::string(argv[i]) + "\r\n";

  std::vector<Connection> connections(count);
  std::vector<std::string> requests;
  for (std::size_t i = 0; i < count; ++i) {
    connections[i].fd = connect_to(port);
    const std::string body = with_number(argv[4], i);
    requests.push_back("POST " + std::string(argv[3]) + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + fields +
                       "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
                       "\r\n\r\n" + body);
    send_all(connections[i].fd, "GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  }
  collect(connections, std::chrono::seconds(30));
  for (Connection& connection : connections) {
    if (connection.status != 200) {
      std::fprintf(stderr, "a connection was not served before the burst: status %d\n", connection.status);
      return 1;
    }
    connection = {connection.fd, "", {}, -1, 0};
  }

  const auto begun = Clock::now();
  for (std::size_t i = 0; i < count; ++i) {
    connections[i].sent = Clock::now();
    send_all(connections[i].fd, requests[i]);
  }
  const double sending_ms = std::chrono::duration<double, std::milli>(Clock::now() - begun).count();
  collect(connections, std::chrono::seconds(60));

  std::vector<double> answered_ms;
  std::map<int, std::size_t> statuses;
  for (const Connection& connection : connections) {
    ++statuses[connection.status];
    if (connection.status != 0) answered_ms.push_back(connection.answered_ms);
  }
  std::sort(answered_ms.begin(), answered_ms.end());
  std::printf(R"({"requests":%zu,"sending_ms":%.1f,"p50_ms":%.1f,"p99_ms":%.1f,"max_ms":%.1f,"statuses":{)",
              count, sending_ms, percentile(answered_ms, 0.5), percentile(answered_ms, 0.99),
              percentile(answered_ms, 1));
  const char* separator = "";
  for (const auto& [status, number] : statuses) {
    std::printf("%s\"%d\":%zu", separator, status, number);
    separator = ",";
  }
  std::printf("}}\n");
}
