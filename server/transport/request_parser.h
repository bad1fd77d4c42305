#pragma once

#include <cpprest/http_msg.h>

#include <atomic>
#include <boost/beast/http/basic_parser.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "server/transport/head_check.h"

namespace tidegate::transport {

/// Bytes that bodies hold, summed over a transport. Thread-safe.
class BodyBudget {
 public:
  explicit BodyBudget(std::size_t bytes_max) : bytes_max_(bytes_max) {}
  /// False, and nothing taken, when the sum would pass the limit.
  bool take(std::size_t bytes) {
    if (used_.fetch_add(bytes, std::memory_order_relaxed) + bytes > bytes_max_) {
      give_back(bytes);
      return false;
    }
    return true;
  }
  void give_back(std::size_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }

 private:
  std::size_t bytes_max_;
  std::atomic<std::size_t> used_{0};
};

/// A share of a BodyBudget, returned on destruction.
class BodyShare {
 public:
  explicit BodyShare(BodyBudget& budget) : budget_(&budget) {}
  BodyShare(BodyShare&& other) noexcept : budget_(other.budget_), bytes_(std::exchange(other.bytes_, 0)) {}
  BodyShare(const BodyShare&) = delete;
  BodyShare& operator=(const BodyShare&) = delete;
  BodyShare& operator=(BodyShare&&) = delete;
  ~BodyShare() {
    if (bytes_ > 0) {
      budget_->give_back(bytes_);
    }
  }
  /// Makes the share at least `bytes` large; false when the budget is spent.
  bool grow_to(std::size_t bytes) {
    if (bytes <= bytes_) {
      return true;
    }
    if (!budget_->take(bytes - bytes_)) {
      return false;
    }
    bytes_ = bytes;
    return true;
  }

 private:
  BodyBudget* budget_;
  std::size_t bytes_ = 0;
};

/// Beast's parser, fed a head that check_head() accepted and then the body, keeping what cpprestsdk needs.
class RequestParser final : private boost::beast::http::basic_parser<true> {
 public:
  enum class Result { kIncomplete, kComplete, kTooLarge, kOutOfMemory, kMalformed };
  struct Progress {
    Result result;
    std::size_t consumed_bytes;
  };

  RequestParser(const RequestHead& head, std::size_t header_bytes_max, std::size_t body_bytes_max,
                BodyBudget& budget);

  /// The checked head, whole. kIncomplete when a body follows.
  Progress read_head(std::string_view head);
  /// The next bytes of the body. What is left unconsumed must be offered again, with more behind it.
  Progress read_body(std::string_view bytes);

  bool complete() const { return is_done(); }
  bool keep_alive() const { return basic_parser::keep_alive(); }
  /// Bytes of the body so far.
  std::size_t body_bytes() const { return body.size(); }

  // What was read, to be moved out once complete.
  std::string method;
  std::string target;
  std::string authority;  ///< see RequestHead
  bool http11;
  bool expects_continue;
  web::http::http_headers headers;
  std::string body;
  BodyShare share;

 private:
  using error_code = boost::beast::error_code;
  using view = boost::beast::string_view;

  Progress feed(std::string_view bytes);
  std::size_t append(view bytes, error_code& error);

  void on_request_impl(boost::beast::http::verb, view, view, int, error_code&) override {}
  void on_response_impl(int, view, int, error_code&) override {}
  void on_field_impl(boost::beast::http::field, view field_name, view value, error_code&) override;
  void on_header_impl(error_code&) override { head_read_ = true; }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(view bytes, error_code& error) override { return append(bytes, error); }
  void on_chunk_header_impl(std::uint64_t, view extensions, error_code&) override;
  std::size_t on_chunk_body_impl(std::uint64_t left_bytes, view bytes, error_code& error) override;
  void on_finish_impl(error_code&) override {}

  std::size_t framing_bytes_max_;
  std::size_t framing_seen_bytes_ = 0;    ///< of an unfinished size line or trailers, found sound so far
  const char* chunk_line_end_ = nullptr;  ///< the CRLF of the last chunk's size line, in the bytes fed last
  std::uint64_t chunk_data_left_bytes_ = 0;
  bool head_read_ = false;
};

}  // namespace tidegate::transport
