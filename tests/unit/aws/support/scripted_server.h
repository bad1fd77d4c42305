#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace tidegate::aws {

/// A request as it came over the wire.
struct SeenRequest {
  std::string method;
  std::string target;  ///< path and query as sent
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  int connection = 0;  ///< 0 for the first connection that was accepted, 1 for the second ...

  std::string header(const std::string& name) const;
};

/// What the server does with one request.
struct ScriptedReply {
  enum class After { kKeepOpen, kClose, kReset };
  std::string bytes;  ///< raw, sent as they stand
  After after = After::kKeepOpen;
};

/// "HTTP/1.1 200 OK" with Content-Length and the given headers.
ScriptedReply http_reply(int status, const std::string& body,
                         const std::vector<std::pair<std::string, std::string>>& headers = {});

/// An HTTP/1.1 server on a free port of 127.0.0.1 that answers what the test says, also what no sane server
/// would. One thread a connection; the handler runs on it and may block to hold an answer back.
class ScriptedServer {
 public:
  using Handler = std::function<ScriptedReply(const SeenRequest&)>;
  explicit ScriptedServer(Handler handler);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int port() const { return port_; }
  std::vector<SeenRequest> seen() const;
  int connections() const { return connections_; }

 private:
  void accept_all();
  void serve(int socket, int number);

  Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_{0};
  mutable std::mutex mutex_;
  std::vector<SeenRequest> seen_;
  std::vector<int> sockets_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace tidegate::aws
