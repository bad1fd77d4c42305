#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "server/transport/observer.h"

namespace tidegate::transport {

/// A refusal as the peer is told it.
struct HeadRefusal {
  unsigned status;          ///< HTTP status
  Refusal reason;           ///< for the counter
  std::string_view detail;  ///< one sentence, static storage
};

/// Finds the end of a request's head in bytes that come in pieces, and stops at the first byte that no head
/// may hold: a CR or LF that is not part of CRLF, NUL and the other controls, a folded line. (RFC 9112
/// sections 2.2, 5.2; Beast accepts some of these, and an intermediary that reads them differently is how
/// requests are smuggled.)
class HeadScanner {
 public:
  enum class Result { kIncomplete, kComplete, kBad };

  /// `bytes` starts where the head starts and holds all of it that has come so far; bytes seen by an earlier
  /// call are not looked at again.
  Result scan(std::string_view bytes);

  /// After kComplete: the head within `bytes`, its empty line included, without an empty line before it.
  std::string_view head(std::string_view bytes) const { return bytes.substr(start_, position_ - start_); }
  /// After kComplete: bytes up to the end of the head.
  std::size_t end() const { return position_; }
  void reset() { *this = HeadScanner(); }

 private:
  std::size_t position_ = 0;
  std::size_t start_ = 0;
  std::size_t line_size_ = 0;
  bool first_line_ = true;
  bool after_cr_ = false;
};

/// What the transport needs to know of a head before anything parses it. Views point into the checked bytes.
struct RequestHead {
  std::string_view method;
  std::string_view target;  ///< path and query; the authority of an absolute form is taken off
  std::string_view
      authority;  ///< of an absolute form, else empty. It overrides Host (RFC 9112 section 3.2.2).
  bool http11 = true;
  bool chunked = false;
  bool expects_continue = false;
  std::optional<std::uint64_t> content_length_bytes{};

  bool has_body() const { return chunked || content_length_bytes.value_or(0) > 0; }
};

/// Checks a complete head (as HeadScanner found it) for everything that RFC 9112 forbids and a lenient parser
/// lets through. Pure.
std::variant<RequestHead, HeadRefusal> check_head(std::string_view head, std::size_t fields_max);

}  // namespace tidegate::transport
