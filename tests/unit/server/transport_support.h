#pragma once

#include <cpprest/http_listener.h>
#include <openssl/ssl.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/transport/transport.h"

namespace tidegate::transport {

/// Counts what the transport reports and lets a test wait for it.
class RecordingObserver final : public TransportObserver {
 public:
  void connection_opened() override;
  void connection_closed(std::size_t requests) override;
  void refused(const RefusalNotice& notice) override;
  void transferred(std::size_t received_bytes, std::size_t sent_bytes) override;
  void certificate_reloaded() override;
  void certificate_rejected(std::string_view why) override;

  /// True once there were `count` refusals for `reason`; false after a patience no healthy run needs.
  bool wait_for_refusals(Refusal reason, std::size_t count);
  bool wait_for_closed(std::size_t count);
  bool wait_for_reloads(std::size_t count);
  bool wait_for_rejections(std::size_t count);
  std::size_t refusals(Refusal reason) const;
  /// Of the last refusal.
  std::string refused_peer() const;
  std::string refused_request_id() const;
  std::size_t closed() const;
  std::size_t received_bytes() const;
  std::size_t sent_bytes() const;

 private:
  template <typename Change>
  void record(Change change);
  template <typename Condition>
  bool wait(Condition condition);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<Refusal, std::size_t> refusals_;
  std::string refused_peer_;
  std::string refused_request_id_;
  std::size_t opened_ = 0;
  std::size_t closed_ = 0;
  std::size_t received_bytes_ = 0;
  std::size_t sent_bytes_ = 0;
  std::size_t reloads_ = 0;
  std::size_t rejections_ = 0;
};

/// A listener on its own transport and a free port, closed when it goes.
class TestServer {
 public:
  using Handler = std::function<void(web::http::http_request)>;

  explicit TestServer(Handler handler, TransportOptions options = {});
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  std::uint16_t port() const { return port_; }
  Transport& transport() { return *transport_; }
  RecordingObserver& observer() { return *observer_; }
  void close();

 private:
  std::shared_ptr<RecordingObserver> observer_ = std::make_shared<RecordingObserver>();
  std::shared_ptr<Transport> transport_;
  std::unique_ptr<web::http::experimental::listener::http_listener> listener_;
  std::uint16_t port_ = 0;
};

struct Answer {
  int status = 0;
  std::map<std::string, std::string> fields;  ///< names in lower case
  std::string body;
};

/// A blocking client that sends exactly the bytes it is told to.
class RawClient {
 public:
  /// Connects to 127.0.0.1 from `source`.
  explicit RawClient(std::uint16_t port, const std::string& source = "127.0.0.1");
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  /// Speaks TLS from here on; returns the common name of the server's certificate.
  std::string start_tls(int version_max = 0);
  std::string tls_protocol() const;
  std::string alpn() const;

  void send(std::string_view bytes);
  /// Next answer; status 0 when the connection ends first. `head_only` for an answer to HEAD.
  Answer read(bool head_only = false);
  Answer get(const std::string& path);
  /// Everything until the server closes.
  std::string read_to_end();
  /// True when the server ends the connection without another byte.
  bool closed_by_server();
  /// Next bytes, at least one unless the connection ended.
  std::string read_some();
  void finish_sending();
  /// Ends the connection with a reset.
  void reset();

 private:
  bool fill();
  std::string take(std::size_t size);
  std::optional<std::string> take_line();

  int socket_ = -1;
  SSL_CTX* tls_context_ = nullptr;
  SSL* tls_ = nullptr;
  std::string buffer_;
};

/// A port of 127.0.0.1 that someone else listens on.
class TakenPort {
 public:
  TakenPort();
  ~TakenPort();
  TakenPort(const TakenPort&) = delete;
  TakenPort& operator=(const TakenPort&) = delete;
  std::uint16_t port() const;

 private:
  int socket_;
};

/// Holds requests until the test answers them.
class HeldRequests {
 public:
  void put(web::http::http_request request);
  /// The next request to have come; fails the test when none comes.
  web::http::http_request take();

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<web::http::http_request> requests_;
};

/// 200 with this body.
void reply_text(const web::http::http_request& request, const std::string& body);
/// Answers every request with its method, path and query, and body.
void echo(web::http::http_request request);

/// Limits short enough to meet in a test.
TransportOptions impatient();

}  // namespace tidegate::transport
