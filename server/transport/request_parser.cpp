#include "server/transport/request_parser.h"

#include <algorithm>
#include <boost/beast/http/error.hpp>

namespace tidegate::transport {
namespace http = boost::beast::http;
namespace {

/// Whether no line of `framing` ends with less than CRLF or is folded, looked at from `position` on.
bool has_sound_lines(std::string_view framing, std::size_t position) {
  for (; position < framing.size(); ++position) {
    const char character = framing[position];
    const char before = position == 0 ? ' ' : framing[position - 1];
    const bool folded = before == '\n' && (character == ' ' || character == '\t');
    if (folded || (character == '\n') != (before == '\r')) {
      return false;
    }
  }
  return true;
}

}  // namespace

RequestParser::RequestParser(const RequestHead& head, std::size_t header_bytes_max,
                             std::size_t body_bytes_max, BodyBudget& budget)
    : method(head.method),
      target(head.target),
      authority(head.authority),
      http11(head.http11),
      expects_continue(head.expects_continue),
      share(budget),
      framing_bytes_max_(header_bytes_max) {
  header_limit(static_cast<std::uint32_t>(header_bytes_max));
  body_limit(body_bytes_max);
  eager(true);
}

RequestParser::Progress RequestParser::read_head(std::string_view head) { return feed(head); }

RequestParser::Progress RequestParser::read_body(std::string_view bytes) {
  // "0" and two line ends: so much is to come wherever a chunk's size line begins, and Beast relies on having
  // seen it once it has seen the line.
  constexpr std::size_t kFramingBytesMin = 5;
  const bool in_framing = chunked() && chunk_data_left_bytes_ == 0;
  Progress progress{Result::kIncomplete, 0};
  if (!in_framing || bytes.size() >= kFramingBytesMin) {
    progress = feed(bytes);
  }
  const std::string_view left = bytes.substr(progress.consumed_bytes);
  if (progress.result == Result::kIncomplete) {
    // A chunk's size line with its extensions, or the trailers, are taken whole; they get no more room than a
    // head. Beast waits for the CRLF of a line that ends with LF alone.
    if (progress.consumed_bytes > 0) {
      framing_seen_bytes_ = 0;
    }
    if (left.size() > framing_bytes_max_ || !has_sound_lines(left, framing_seen_bytes_)) {
      progress.result = Result::kMalformed;
    }
    framing_seen_bytes_ = left.size();
  } else if (progress.result == Result::kComplete && chunk_line_end_ != nullptr) {
    // Beast unfolds what is folded in the trailers.
    const std::string_view trailers(chunk_line_end_, static_cast<std::size_t>(left.data() - chunk_line_end_));
    if (!has_sound_lines(trailers, 0)) {
      progress.result = Result::kMalformed;
    }
  }
  return progress;
}

RequestParser::Progress RequestParser::feed(std::string_view bytes) {
  error_code error;
  const std::size_t consumed = put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
  if (error == http::error::need_more || (!error && !is_done())) {
    return {Result::kIncomplete, consumed};
  }
  if (error == http::error::body_limit) {
    return {Result::kTooLarge, consumed};
  }
  if (error == boost::system::errc::not_enough_memory) {
    return {Result::kOutOfMemory, consumed};
  }
  return {error ? Result::kMalformed : Result::kComplete, consumed};
}

std::size_t RequestParser::append(view bytes, error_code& error) {
  const std::size_t needed = body.size() + bytes.size();
  if (needed > body.capacity()) {
    // Doubling, as the string would do by itself, but paid for first.
    const std::size_t capacity = std::max(needed, body.capacity() * 2);
    if (!share.grow_to(capacity)) {
      error = make_error_code(boost::system::errc::not_enough_memory);
      return 0;
    }
    body.reserve(capacity);
  }
  body.append(bytes.data(), bytes.size());
  return bytes.size();
}

void RequestParser::on_chunk_header_impl(std::uint64_t data_bytes, view extensions, error_code&) {
  chunk_data_left_bytes_ = data_bytes;
  chunk_line_end_ = extensions.data() + extensions.size();
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t left_bytes, view bytes, error_code& error) {
  const std::size_t taken = append(bytes, error);
  chunk_data_left_bytes_ = left_bytes - taken;
  return taken;
}

void RequestParser::on_field_impl(http::field, view field_name, view value, error_code&) {
  // Trailers come here too. They are not fields of the request that was authorised and routed; they are
  // dropped.
  if (!head_read_) {
    headers.add(std::string(field_name), std::string(value));
  }
}

}  // namespace tidegate::transport
