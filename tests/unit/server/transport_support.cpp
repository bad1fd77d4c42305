#include "tests/unit/server/transport_support.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace tidegate::transport {
namespace {

// Only a broken run waits this long.
constexpr std::chrono::seconds kPatience{20};

sockaddr_in address(const std::string& host, std::uint16_t port) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_port = htons(port);
  inet_pton(AF_INET, host.c_str(), &result.sin_addr);
  return result;
}

}  // namespace

template <typename Change>
void RecordingObserver::record(Change change) {
  const std::lock_guard lock(mutex_);
  change();
  changed_.notify_all();
}

template <typename Condition>
bool RecordingObserver::wait(Condition condition) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kPatience, condition);
}

void RecordingObserver::connection_opened() {
  record([this] { ++opened_; });
}
void RecordingObserver::connection_closed(std::size_t) {
  record([this] { ++closed_; });
}
void RecordingObserver::refused(const RefusalNotice& notice) {
  record([this, notice] {
    ++refusals_[notice.reason];
    refused_peer_ = notice.peer;
    refused_request_id_ = notice.request_id;
  });
}
void RecordingObserver::transferred(std::size_t received, std::size_t sent) {
  record([this, received, sent] {
    received_bytes_ += received;
    sent_bytes_ += sent;
  });
}
void RecordingObserver::certificate_reloaded() {
  record([this] { ++reloads_; });
}
void RecordingObserver::certificate_rejected(std::string_view) {
  record([this] { ++rejections_; });
}

bool RecordingObserver::wait_for_refusals(Refusal reason, std::size_t count) {
  return wait([this, reason, count] { return refusals_[reason] >= count; });
}
bool RecordingObserver::wait_for_closed(std::size_t count) {
  return wait([this, count] { return closed_ >= count; });
}
bool RecordingObserver::wait_for_reloads(std::size_t count) {
  return wait([this, count] { return reloads_ >= count; });
}
bool RecordingObserver::wait_for_rejections(std::size_t count) {
  return wait([this, count] { return rejections_ >= count; });
}
std::string RecordingObserver::refused_peer() const {
  const std::lock_guard lock(mutex_);
  return refused_peer_;
}

std::string RecordingObserver::refused_request_id() const {
  const std::lock_guard lock(mutex_);
  return refused_request_id_;
}

std::size_t RecordingObserver::refusals(Refusal reason) const {
  const std::lock_guard lock(mutex_);
  const auto found = refusals_.find(reason);
  return found == refusals_.end() ? 0 : found->second;
}
std::size_t RecordingObserver::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}
std::size_t RecordingObserver::received_bytes() const {
  const std::lock_guard lock(mutex_);
  return received_bytes_;
}
std::size_t RecordingObserver::sent_bytes() const {
  const std::lock_guard lock(mutex_);
  return sent_bytes_;
}

TestServer::TestServer(Handler handler, TransportOptions options) {
  const std::string scheme = options.tls ? "https" : "http";
  if (options.loops == 0) {
    options.loops = 2;
  }
  transport_ = make_transport(std::move(options), observer_);
  register_transport(transport_);
  listener_ = std::make_unique<web::http::experimental::listener::http_listener>(scheme + "://127.0.0.1:0");
  listener_->support(std::move(handler));
  listener_->open().wait();
  port_ = transport_->endpoints().front().port;
}

TestServer::~TestServer() { close(); }

void TestServer::close() {
  if (listener_) {
    listener_->close().wait();
    listener_.reset();
  }
}

RawClient::RawClient(std::uint16_t port, const std::string& source) {
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{std::chrono::seconds(kPatience).count(), 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  const sockaddr_in from = address(source, 0);
  const sockaddr_in to = address("127.0.0.1", port);
  if (::bind(socket_, reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0 ||
      ::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    ::close(socket_);
    throw std::runtime_error("connection refused");
  }
}

RawClient::~RawClient() {
  SSL_free(tls_);
  SSL_CTX_free(tls_context_);
  ::close(socket_);
}

std::string RawClient::start_tls(int version_max) {
  tls_context_ = SSL_CTX_new(TLS_client_method());
  if (version_max != 0) {
    SSL_CTX_set_min_proto_version(tls_context_, 0);
    SSL_CTX_set_max_proto_version(tls_context_, version_max);
    SSL_CTX_set_security_level(tls_context_, 0);  // lets the client offer what the server must refuse
  }
  constexpr std::array<unsigned char, 12> protocols{2, 'h', '2', 8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  SSL_CTX_set_alpn_protos(tls_context_, protocols.data(), protocols.size());
  tls_ = SSL_new(tls_context_);
  SSL_set_fd(tls_, socket_);
  if (SSL_connect(tls_) != 1) {
    throw std::runtime_error("TLS handshake failed");
  }
  std::array<char, 64> common_name{};
  X509* certificate = SSL_get1_peer_certificate(tls_);
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, common_name.data(),
                            static_cast<int>(common_name.size()));
  X509_free(certificate);
  return common_name.data();
}

std::string RawClient::tls_protocol() const { return SSL_get_version(tls_); }

std::string RawClient::alpn() const {
  const unsigned char* protocol = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(tls_, &protocol, &size);
  return {reinterpret_cast<const char*>(protocol), size};
}

void RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = tls_ != nullptr ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
                                      : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      return;  // the server has had enough; what it said is still to be read
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool RawClient::fill() {
  std::array<char, 65536> bytes;
  const auto received = tls_ != nullptr ? SSL_read(tls_, bytes.data(), static_cast<int>(bytes.size()))
                                        : ::recv(socket_, bytes.data(), bytes.size(), 0);
  if (received < 0 && tls_ == nullptr && (errno == EAGAIN || errno == EWOULDBLOCK)) {
    ADD_FAILURE() << "the server neither answered nor closed";
  }
  if (received <= 0) {
    return false;
  }
  buffer_.append(bytes.data(), static_cast<std::size_t>(received));
  return true;
}

std::string RawClient::take(std::size_t size) {
  while (buffer_.size() < size && fill()) {
  }
  const std::string taken = buffer_.substr(0, size);
  buffer_.erase(0, taken.size());
  return taken;
}

std::optional<std::string> RawClient::take_line() {
  auto end = buffer_.find("\r\n");
  while (end == std::string::npos) {
    if (!fill()) {
      return std::nullopt;
    }
    end = buffer_.find("\r\n");
  }
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  return line;
}

Answer RawClient::read(bool head_only) {
  Answer answer;
  const auto status_line = take_line();
  if (!status_line || status_line->size() < 12) {
    return answer;
  }
  answer.status = std::stoi(status_line->substr(9, 3));
  for (auto line = take_line(); line && !line->empty(); line = take_line()) {
    const auto colon = line->find(": ");
    std::string field = line->substr(0, colon);
    std::transform(field.begin(), field.end(), field.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    answer.fields[field] = line->substr(colon + 2);
  }
  if (head_only || answer.status < 200 || answer.status == 204 || answer.status == 304) {
    return answer;
  }
  if (answer.fields.contains("content-length")) {
    answer.body = take(std::stoul(answer.fields["content-length"]));
    return answer;
  }
  if (answer.fields.contains("transfer-encoding")) {
    for (auto line = take_line(); line; line = take_line()) {
      const std::size_t size = std::stoul(*line, nullptr, 16);
      answer.body += take(size);
      take_line();
      if (size == 0) {
        break;
      }
    }
    return answer;
  }
  answer.body = read_to_end();
  return answer;
}

Answer RawClient::get(const std::string& path) {
  send("GET " + path + " HTTP/1.1\r\nHost: test\r\n\r\n");
  return read();
}

std::string RawClient::read_to_end() {
  while (fill()) {
  }
  return std::exchange(buffer_, {});
}

bool RawClient::closed_by_server() { return read_to_end().empty(); }

std::string RawClient::read_some() {
  if (buffer_.empty()) {
    fill();
  }
  return std::exchange(buffer_, {});
}

void RawClient::finish_sending() { ::shutdown(socket_, SHUT_WR); }

void RawClient::reset() {
  const linger at_once{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(socket_);
  socket_ = -1;
}

TakenPort::TakenPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const sockaddr_in any_port = address("127.0.0.1", 0);
  if (::bind(socket_, reinterpret_cast<const sockaddr*>(&any_port), sizeof any_port) != 0 ||
      ::listen(socket_, 1) != 0) {
    throw std::runtime_error("no port to take");
  }
}

TakenPort::~TakenPort() { ::close(socket_); }

std::uint16_t TakenPort::port() const {
  sockaddr_in bound{};
  socklen_t size = sizeof bound;
  ::getsockname(socket_, reinterpret_cast<sockaddr*>(&bound), &size);
  return ntohs(bound.sin_port);
}

void HeldRequests::put(web::http::http_request request) {
  const std::lock_guard lock(mutex_);
  requests_.push_back(std::move(request));
  arrived_.notify_all();
}

web::http::http_request HeldRequests::take() {
  std::unique_lock lock(mutex_);
  if (!arrived_.wait_for(lock, kPatience, [this] { return !requests_.empty(); })) {
    throw std::runtime_error("no request came");
  }
  web::http::http_request first = requests_.front();
  requests_.erase(requests_.begin());
  return first;
}

void reply_text(const web::http::http_request& request, const std::string& body) {
  web::http::http_response response(web::http::status_codes::OK);
  response.set_body(body, "text/plain");
  request.reply(response);
}

void echo(web::http::http_request request) {
  request.extract_utf8string(true).then([request](const std::string& body) {
    reply_text(request, request.method() + " " + request.request_uri().to_string() + " " + body);
  });
}

TransportOptions impatient() {
  TransportOptions options;
  options.limits.header_timeout = std::chrono::milliseconds(200);
  options.limits.body_grace = std::chrono::milliseconds(200);
  options.limits.body_bytes_per_second_min = 1'000'000;
  options.limits.idle_timeout = std::chrono::milliseconds(200);
  options.limits.write_timeout = std::chrono::milliseconds(300);
  options.limits.linger = std::chrono::milliseconds(200);
  return options;
}

}  // namespace tidegate::transport
