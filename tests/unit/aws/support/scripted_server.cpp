#include "tests/unit/aws/support/scripted_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>
#include <sstream>
#include <stdexcept>

namespace tidegate::aws {

namespace {

/// Takes one request off `buffer`, or nothing while it is not whole.
std::optional<SeenRequest> take_request(std::string& buffer) {
  const auto head_end = buffer.find("\r\n\r\n");
  if (head_end == std::string::npos) return {};
  SeenRequest request;
  std::istringstream head(buffer.substr(0, head_end));
  std::string line;
  std::getline(head, line);
  std::istringstream(line) >> request.method >> request.target;
  while (std::getline(head, line)) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const auto colon = line.find(':');
    const auto value = line.find_first_not_of(' ', colon + 1);
    request.headers.emplace_back(line.substr(0, colon), value == std::string::npos ? "" : line.substr(value));
  }
  const auto length = request.header("Content-Length");
  const std::size_t body_size = length.empty() ? 0 : std::stoul(length);
  if (buffer.size() < head_end + 4 + body_size) return {};
  request.body = buffer.substr(head_end + 4, body_size);
  buffer.erase(0, head_end + 4 + body_size);
  return request;
}

void send_all(int socket, const std::string& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const auto count = send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) return;
    sent += static_cast<std::size_t>(count);
  }
}

}  // namespace

std::string SeenRequest::header(const std::string& name) const {
  for (const auto& [key, value] : headers) {
    if (strcasecmp(key.c_str(), name.c_str()) == 0) return value;
  }
  return {};
}

ScriptedReply http_reply(int status, const std::string& body,
                         const std::vector<std::pair<std::string, std::string>>& headers) {
  std::string bytes = "HTTP/1.1 " + std::to_string(status) + " X\r\n";
  for (const auto& [name, value] : headers) bytes.append(name).append(": ").append(value).append("\r\n");
  bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  return {bytes};
}

ScriptedServer::ScriptedServer(Handler handler) : handler_(std::move(handler)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener_, 4096) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no free port");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread(&ScriptedServer::accept_all, this);
}

ScriptedServer::~ScriptedServer() {
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::scoped_lock lock(mutex_);
    for (const int socket : sockets_) shutdown(socket, SHUT_RDWR);
  }
  for (auto& thread : threads_) thread.join();
  for (const int socket : sockets_) close(socket);
  close(listener_);
}

std::vector<SeenRequest> ScriptedServer::seen() const {
  const std::scoped_lock lock(mutex_);
  return seen_;
}

void ScriptedServer::accept_all() {
  while (true) {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    const int number = connections_++;
    const std::scoped_lock lock(mutex_);
    sockets_.push_back(socket);
    threads_.emplace_back(&ScriptedServer::serve, this, socket, number);
  }
}

void ScriptedServer::serve(int socket, int number) {
  std::string buffer;
  std::string chunk(16'384, '\0');
  while (true) {
    while (auto request = take_request(buffer)) {
      request->connection = number;
      {
        const std::scoped_lock lock(mutex_);
        seen_.push_back(*request);
      }
      const auto reply = handler_(*request);
      send_all(socket, reply.bytes);
      if (reply.after == ScriptedReply::After::kClose) {
        shutdown(socket, SHUT_RDWR);
        return;
      }
      if (reply.after == ScriptedReply::After::kReset) {
        const linger at_once{1, 0};
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        const int unspecified = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        dup2(unspecified, socket);  // closes the connection (RST) but keeps the number ours
        close(unspecified);
        return;
      }
    }
    const auto count = recv(socket, chunk.data(), chunk.size(), 0);
    if (count <= 0) return;
    buffer.append(chunk, 0, static_cast<std::size_t>(count));
  }
}

}  // namespace tidegate::aws
