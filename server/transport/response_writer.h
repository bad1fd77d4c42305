#pragma once

#include <cpprest/http_msg.h>

#include <cstddef>
#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

namespace tidegate::transport {

/// What the request and the connection decide about an answer's form.
struct AnswerForm {
  bool http11;
  bool head_only;   ///< the request was HEAD
  bool keep_alive;  ///< the connection could go on
  std::string_view date;
};

enum class BodyFraming { kNone, kSized, kChunked, kUntilClose };

struct AnswerHead {
  BodyFraming framing;
  std::uint64_t length_bytes;  ///< of kSized
  bool close;                  ///< the answer ends the connection
};

/// Appends status line and fields of `response`, whose body is its stream or, where it has none, `body_bytes`
/// from elsewhere. Connection, Date and the framing fields are decided here, whatever the handler set. Null,
/// and nothing usable in `out`, when the response cannot be sent as it is: a status outside 200..999, a field
/// with a line end or NUL in it (response splitting), or a Content-Length that is no number.
std::optional<AnswerHead> append_head(std::string& out, const web::http::http_response& response,
                                      std::size_t body_bytes, const AnswerForm& form);

/// A fresh name for a request that reaches no handler, so that its answer can be quoted like any other.
std::string make_request_id();

/// A whole answer made by the transport itself: application/problem+json, or no body where the status or a
/// HEAD request forbids it. 429 and 503 say `Retry-After: 1`. `detail` is our own text, without a character
/// that JSON escapes; `request_id` is what make_request_id() made, and not told in a 204.
std::string problem_answer(unsigned status, std::string_view detail, std::string_view request_id,
                           const AnswerForm& form);

/// `now` as an HTTP date.
std::string http_date(std::time_t now);

}  // namespace tidegate::transport
