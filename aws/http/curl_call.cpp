#include "aws/http/curl_call.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "services/ascii.h"

namespace tidegate::aws {

using Kind = http::TransportFailure::Kind;

namespace {

/// libcurl asks with "Expect: 100-continue" before it sends a body of a mebibyte or more.
constexpr std::size_t kExpectFrom = std::size_t{512} << 10U;

bool has_header(const http::Headers& headers, std::string_view name) {
  return std::ranges::any_of(headers,
                             [name](const auto& header) { return equals_ignoring_case(header.first, name); });
}

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
  if (curl_easy_setopt(easy, option, value) != CURLE_OK) {
    throw std::runtime_error("libcurl refuses option " + std::to_string(option));
  }
}

}  // namespace

CurlCall::CurlCall(std::uint64_t id, http::Request request, std::chrono::milliseconds time_left)
    : id_(id), request_(std::move(request)), time_left_(time_left) {}

void CurlCall::cancel_with(const pplx::cancellation_token& token,
                           std::function<void(std::shared_ptr<CurlCall>)> end) {
  if (!token.is_cancelable()) return;
  cancelled_ = token;
  cancellation_ = token.register_callback([weak = weak_from_this(), end = std::move(end)] {
    auto call = weak.lock();
    if (!call) return;
    call->cancel_requested_ = true;
    end(std::move(call));
  });
}

EasyHandle CurlCall::make_easy(const CurlClientConfig& config, const std::string& no_proxy, CURLSH* share) {
  EasyHandle easy(curl_easy_init());
  if (!easy) throw std::bad_alloc();
  CURL* handle = easy.get();
  set(handle, CURLOPT_SHARE, share);
  set(handle, CURLOPT_NOSIGNAL, 1L);
  set(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  set(handle, CURLOPT_PATH_AS_IS, 1L);
  set(handle, CURLOPT_FOLLOWLOCATION, 0L);
  set(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(handle, CURLOPT_NOPROXY, no_proxy.c_str());
  if (!config.proxy.empty()) set(handle, CURLOPT_PROXY, config.proxy.c_str());
  if (!config.ca_bundle.empty()) set(handle, CURLOPT_CAINFO, config.ca_bundle.c_str());
  set(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  set(handle, CURLOPT_MAXAGE_CONN, static_cast<long>(config.idle_connection_age_max.count()));
  set(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(config.connect_timeout.count()));
  set(handle, CURLOPT_USERAGENT, config.user_agent.c_str());
  set(handle, CURLOPT_HEADERFUNCTION, &CurlCall::on_header);
  set(handle, CURLOPT_WRITEFUNCTION, &CurlCall::on_body);
  set(handle, CURLOPT_PREREQFUNCTION, &CurlCall::on_request);
  return easy;
}

void CurlCall::prepare(EasyHandle easy, const CurlClientConfig& config) {
  easy_ = std::move(easy);
  CURL* handle = easy_.get();
  response_bytes_max_ = config.response_bytes_max;
  connect_timeout_ = config.connect_timeout;
  set(handle, CURLOPT_PRIVATE, static_cast<void*>(this));
  set(handle, CURLOPT_ERRORBUFFER, curl_says_.data());
  set(handle, CURLOPT_URL, request_.url.c_str());
  const bool tls = request_.url.starts_with("https");
  set(handle, CURLOPT_HTTP_VERSION, static_cast<long>(tls ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
  set(handle, CURLOPT_PIPEWAIT, tls ? 1L : 0L);
  set(handle, CURLOPT_TIMEOUT_MS,
      static_cast<long>(std::max<std::int64_t>(1, std::min(config.total_timeout, time_left_).count())));
  set(handle, CURLOPT_HEADERDATA, static_cast<void*>(this));
  set(handle, CURLOPT_WRITEDATA, static_cast<void*>(this));
  set(handle, CURLOPT_PREREQDATA, static_cast<void*>(this));
  set_method();
  set_headers();
}

EasyHandle CurlCall::release() {
  set(easy_.get(), CURLOPT_ERRORBUFFER, static_cast<char*>(nullptr));
  set(easy_.get(), CURLOPT_POSTFIELDS, static_cast<char*>(nullptr));
  set(easy_.get(), CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr));
  return std::move(easy_);
}

void CurlCall::set_method() {
  CURL* handle = easy_.get();
  const bool has_body = !request_.body.empty() || request_.method == "POST" || request_.method == "PUT" ||
                        request_.method == "PATCH";
  set(handle, CURLOPT_HTTPGET, 1L);  // whatever the handle's last call was
  set(handle, CURLOPT_CUSTOMREQUEST, static_cast<char*>(nullptr));
  if (request_.method == "HEAD") {
    set(handle, CURLOPT_NOBODY, 1L);
  } else if (has_body) {
    set(handle, CURLOPT_POST, 1L);
    set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    set(handle, CURLOPT_POSTFIELDS, request_.body.data());
    if (request_.method != "POST") set(handle, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  } else if (request_.method != "GET") {
    set(handle, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  }
}

void CurlCall::set_headers() {
  std::vector<std::size_t> begins;
  begins.reserve(request_.headers.size() + 3);
  const auto append = [&](std::string_view name, std::string_view separator, std::string_view value) {
    begins.push_back(header_lines_.size());
    header_lines_.append(name).append(separator).append(value).push_back('\0');
  };
  header_lines_.reserve(1024);
  for (const auto& [name, value] : request_.headers) {
    // "Name;" is how libcurl is told to send a header without a value.
    append(name, value.empty() ? ";" : ": ", value);
  }
  // Headers that libcurl would add by itself: none but User-Agent is sent that was not signed or asked for.
  // libcurl compares each line with each header that it knows, so there are no more of them than it takes.
  const auto leave_out = [&](std::string_view name) {
    if (!has_header(request_.headers, name)) append(name, ":", "");
  };
  leave_out("Accept");
  if (!request_.body.empty() || request_.method != "GET") leave_out("Content-Type");
  if (request_.body.size() >= kExpectFrom) leave_out("Expect");
  header_list_.resize(begins.size());
  for (std::size_t i = 0; i < begins.size(); ++i) {
    header_list_[i].data = header_lines_.data() + begins[i];
    header_list_[i].next = i + 1 < begins.size() ? &header_list_[i + 1] : nullptr;
  }
  set(easy_.get(), CURLOPT_HTTPHEADER, header_list_.data());
}

std::size_t CurlCall::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto& call = *static_cast<CurlCall*>(self);
  const std::string_view line(data, size * count);
  call.first_byte_ = true;
  if (line.starts_with("HTTP/")) {
    // A status line begins a new head: what came before was an interim answer (100, 103).
    call.response_.headers.clear();
    return size * count;
  }
  const auto colon = line.find(':');
  if (colon != std::string_view::npos) {
    call.response_.headers.emplace_back(line.substr(0, colon), trimmed(line.substr(colon + 1)));
  }
  return size * count;
}

std::size_t CurlCall::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto& call = *static_cast<CurlCall*>(self);
  const std::size_t bytes = size * count;
  if (call.response_.body.size() + bytes > call.response_bytes_max_) {
    call.too_large_ = true;
    return 0;
  }
  call.response_.body.append(data, bytes);
  return bytes;
}

/// Runs just before libcurl sends the request. A second time means that libcurl would send it again on a new
/// connection because a kept-alive one died; whether that is safe is not libcurl's to decide.
int CurlCall::on_request(void* self, char*, char*, int, int) {
  auto& call = *static_cast<CurlCall*>(self);
  return ++call.requests_sent_ > 1 ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

std::size_t CurlCall::connections_opened() const {
  long opened = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_NUM_CONNECTS, &opened);
  return static_cast<std::size_t>(std::max(opened, 0L));
}

std::string CurlCall::host() const {
  const std::string_view url = request_.url;
  const auto scheme_end = url.find("://");
  const auto from = scheme_end == std::string_view::npos ? 0 : scheme_end + 3;
  return std::string(url.substr(from, url.find_first_of("/?", from) - from));
}

Kind CurlCall::kind_of(CURLcode result) const {
  switch (result) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return Kind::kResolve;
    case CURLE_COULDNT_CONNECT:
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return Kind::kConnect;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
      return Kind::kTls;
    case CURLE_OPERATION_TIMEDOUT: {
      curl_off_t connected_us = 0;
      curl_off_t total_us = 0;
      curl_easy_getinfo(easy_.get(), CURLINFO_CONNECT_TIME_T, &connected_us);
      curl_easy_getinfo(easy_.get(), CURLINFO_TOTAL_TIME_T, &total_us);
      const bool connecting = connected_us == 0 && requests_sent_ == 0;
      return connecting && std::chrono::microseconds(total_us) >= connect_timeout_ ? Kind::kConnect
                                                                                   : Kind::kTimeout;
    }
    case CURLE_PARTIAL_FILE:
    case CURLE_WRITE_ERROR:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
      return Kind::kTruncated;
    default:
      return first_byte_ ? Kind::kTruncated : Kind::kReset;
  }
}

void CurlCall::end(CURLcode result) {
  if (result == CURLE_OK) {
    long status = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    response_.status = static_cast<int>(status);
    return;
  }
  std::string why = curl_says_.front() != '\0' ? curl_says_.data() : curl_easy_strerror(result);
  if (too_large_) why = "the answer is larger than " + std::to_string(response_bytes_max_) + " bytes";
  if (requests_sent_ > 1) why = "the connection was closed before an answer came";
  fail(kind_of(result), why);
}

void CurlCall::fail(Kind kind, const std::string& why) {
  failure_ = std::make_exception_ptr(
      http::TransportFailure(kind, host() + ": " + why, /*maybe_applied=*/requests_sent_ > 0));
}

void CurlCall::complete() {
  if (cancelled_.is_cancelable()) cancelled_.deregister_callback(cancellation_);
  if (failure_) {
    done_.set_failure(failure_);
  } else {
    done_.set_value(std::move(response_));
  }
  done_.publish();
}

}  // namespace tidegate::aws
