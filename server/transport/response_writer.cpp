#include "server/transport/response_writer.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <random>

#include "services/ascii.h"

namespace tidegate::transport {
namespace {

bool is_one_line(std::string_view text) {
  for (const char character : text) {
    if (character == '\r' || character == '\n' || character == '\0') {
      return false;
    }
  }
  return true;
}

template <typename Number>
void append_number(std::string& out, Number number) {
  std::array<char, 24> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  static_cast<void>(error);  // 24 characters hold any 64-bit number
  out.append(digits.data(), end);
}

void append_status_line(std::string& out, unsigned status, std::string_view reason) {
  out += "HTTP/1.1 ";
  append_number(out, status);
  out += ' ';
  out += reason;
  out += "\r\n";
}

/// The last part of the problem's `type`, in the words of the contract where a handler can answer the same.
std::string_view problem_type_of(unsigned status) {
  switch (status) {
    case 400:
      return "malformed-request";
    case 404:
      return "not-found";
    case 408:
      return "request-timeout";
    case 413:
      return "content-too-large";
    case 429:
      return "too-many-connections";
    case 431:
      return "head-too-large";
    case 500:
      return "internal-error";
    case 503:
      return "overloaded";
    default:
      return "unsupported-request";
  }
}

void append_closing_fields(std::string& out, const AnswerForm& form, bool close, bool has_date) {
  if (!has_date) {
    out += "Date: ";
    out += form.date;
    out += "\r\n";
  }
  if (close) {
    out += "Connection: close\r\n";
  } else if (!form.http11) {
    out += "Connection: keep-alive\r\n";
  }
  out += "\r\n";
}

std::string_view reason_of(unsigned status) {
  switch (status) {
    case 204:
      return "No Content";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 408:
      return "Request Timeout";
    case 413:
      return "Content Too Large";
    case 417:
      return "Expectation Failed";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Error";
  }
}

}  // namespace

std::optional<AnswerHead> append_head(std::string& out, const web::http::http_response& response,
                                      std::size_t body_bytes, const AnswerForm& form) {
  const unsigned status = response.status_code();
  const std::string& reason = response.reason_phrase();
  if (status < 200 || status > 999 || !is_one_line(reason)) {
    return std::nullopt;
  }
  append_status_line(out, status, reason);

  std::optional<std::uint64_t> length;
  bool close = !form.keep_alive;
  bool has_date = false;
  for (const auto& [field, value] : response.headers()) {
    if (!is_one_line(field) || !is_one_line(value)) {
      return std::nullopt;
    }
    switch (field.size()) {
      case 4:
        has_date = has_date || equals_ignoring_case(field, "date");
        break;
      case 10:
        if (equals_ignoring_case(field, "connection")) {
          close = close || equals_ignoring_case(value, "close");
          continue;
        }
        break;
      case 14:
        if (equals_ignoring_case(field, "content-length")) {
          std::uint64_t announced = 0;
          const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), announced);
          if (error != std::errc() || end != value.data() + value.size()) {
            return std::nullopt;
          }
          length = announced;
          continue;
        }
        break;
      case 17:
        if (equals_ignoring_case(field, "transfer-encoding")) {
          continue;
        }
        break;
      default:
        break;
    }
    out += field;
    out += ": ";
    out += value;
    out += "\r\n";
  }

  const bool may_have_body = status != 204 && status != 304;
  const bool has_stream = response._get_impl()->instream().is_valid();
  AnswerHead head{BodyFraming::kNone, 0, false};
  if (may_have_body) {
    if (!has_stream && !(length && form.head_only)) {
      length = body_bytes;
    }
    if (length) {
      out += "Content-Length: ";
      append_number(out, *length);
      out += "\r\n";
      head.framing = *length > 0 ? BodyFraming::kSized : BodyFraming::kNone;
      head.length_bytes = *length;
    } else if (form.http11) {
      out += "Transfer-Encoding: chunked\r\n";
      head.framing = BodyFraming::kChunked;
    } else {
      head.framing = BodyFraming::kUntilClose;
      close = true;
    }
  }
  if (form.head_only) {
    head.framing = BodyFraming::kNone;
  }
  head.close = close;
  append_closing_fields(out, form, close, has_date);
  return head;
}

std::string make_request_id() {
  thread_local std::mt19937_64 draw{std::random_device{}()};
  std::array<char, 17> digits{};
  std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(draw()));
  return digits.data();
}

std::string problem_answer(unsigned status, std::string_view detail, std::string_view request_id,
                           const AnswerForm& form) {
  std::string body;
  if (status != 204) {
    body += R"({"type":"/problems/)";
    body += problem_type_of(status);
    body += R"(","title":")";
    body += reason_of(status);
    body += R"(","status":)";
    append_number(body, status);
    body += R"(,"detail":")";
    body += detail;
    body += R"(","request_id":")";
    body += request_id;
    body += "\"}\n";
  }
  std::string out;
  append_status_line(out, status, reason_of(status));
  if (status != 204) {
    out += "Content-Type: application/problem+json\r\nX-Request-Id: ";
    out += request_id;
    out += "\r\nContent-Length: ";
    append_number(out, body.size());
    out += "\r\n";
  }
  if (status == 503 || status == 429) {
    out += "Retry-After: 1\r\n";
  }
  append_closing_fields(out, form, !form.keep_alive, false);
  if (!form.head_only) {
    out += body;
  }
  return out;
}

std::string http_date(std::time_t now) {
  // strftime's day and month names follow the locale; HTTP's do not.
  constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                kDays[static_cast<std::size_t>(utc.tm_wday)], utc.tm_mday,
                kMonths[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900, utc.tm_hour, utc.tm_min,
                utc.tm_sec);
  return text.data();
}

}  // namespace tidegate::transport
