#pragma once

#include <curl/curl.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "aws/http/curl_client.h"
#include "services/async/task.h"
#include "services/http/http_client.h"

namespace tidegate::aws {

struct FreeEasy {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using EasyHandle = std::unique_ptr<CURL, FreeEasy>;

/// One request on its way: the libcurl transfer and what came back of it. From prepare() to release() whoever
/// drives the transfer has it to itself.
class CurlCall : public std::enable_shared_from_this<CurlCall> {
 public:
  CurlCall(std::uint64_t id, http::Request request, std::chrono::milliseconds time_left);
  CurlCall(const CurlCall&) = delete;
  CurlCall& operator=(const CurlCall&) = delete;

  /// A transfer with everything set that is the same for all calls. `no_proxy` are the hosts that no proxy is
  /// asked for; `share` must outlive it.
  static EasyHandle make_easy(const CurlClientConfig& config, const std::string& no_proxy, CURLSH* share);

  /// Until the call is completed, `end` is run once `token` is cancelled, on that thread. To be called before
  /// the call is begun: from then on cancel_requested() tells of a cancellation that came too early for
  /// `end`.
  void cancel_with(const pplx::cancellation_token& token, std::function<void(std::shared_ptr<CurlCall>)> end);
  bool cancel_requested() const { return cancel_requested_.load(); }

  /// Sets the transfer up on `easy` (from make_easy, or released by another call), which the call keeps until
  /// release().
  void prepare(EasyHandle easy, const CurlClientConfig& config);
  EasyHandle release();

  std::uint64_t id() const { return id_; }
  CURL* easy() const { return easy_.get(); }
  bool answered() const { return first_byte_; }
  pplx::task<http::Response> task() const { return done_.task(); }

  /// How many connections the transfer opened; after it ended.
  std::size_t connections_opened() const;

  /// Records the transfer's end. `CURLE_OK` is an answer, everything else a TransportFailure.
  void end(CURLcode result);
  /// Ends the call for a reason of ours, while the transfer may still be running.
  void fail(http::TransportFailure::Kind kind, const std::string& why);
  /// Tells the waiting task. No lock may be held: what waits goes on right here.
  void complete();

 private:
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static int on_request(void* self, char*, char*, int, int);
  void set_method();
  void set_headers();
  http::TransportFailure::Kind kind_of(CURLcode result) const;
  std::string host() const;

  std::uint64_t id_;
  http::Request request_;
  std::chrono::milliseconds time_left_;
  pplx::cancellation_token cancelled_ = pplx::cancellation_token::none();
  pplx::cancellation_token_registration cancellation_;
  std::atomic<bool> cancel_requested_{false};
  Completion<http::Response> done_;
  EasyHandle easy_;
  std::string header_lines_;             ///< each with its NUL
  std::vector<curl_slist> header_list_;  ///< into header_lines_
  std::array<char, CURL_ERROR_SIZE> curl_says_{};
  http::Response response_;
  std::exception_ptr failure_;
  std::size_t response_bytes_max_ = 0;
  std::chrono::milliseconds connect_timeout_{0};
  int requests_sent_ = 0;
  bool first_byte_ = false;
  bool too_large_ = false;
};

}  // namespace tidegate::aws
