#include "server/transport/head_check.h"

#include <array>

#include "services/ascii.h"

namespace tidegate::transport {
namespace {

enum CharacterClass : std::uint8_t { kToken = 1, kTarget = 2, kFieldValue = 4, kHost = 8 };

constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> classes{};
  const auto mark = [&classes](std::string_view characters, std::uint8_t bits) {
    for (const char character : characters) {
      classes[static_cast<unsigned char>(character)] |= bits;
    }
  };
  constexpr std::string_view alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  mark(alphanumeric, kToken | kTarget | kHost);
  mark("!#$%&'*+-.^_`|~", kToken);
  mark("-._~!$&'()*+,;=:@/?%", kTarget);
  mark("-._~!$&'()*+,;=:[]%", kHost);
  for (unsigned character = 0x20; character < 0x100; ++character) {
    if (character != 0x7f) {
      classes[character] |= kFieldValue;
    }
  }
  classes['\t'] |= kFieldValue;
  return classes;
}

constexpr std::array<std::uint8_t, 256> kClasses = make_classes();

bool is(char character, CharacterClass wanted) {
  return (kClasses[static_cast<unsigned char>(character)] & wanted) != 0;
}

bool all(std::string_view text, CharacterClass wanted) {
  for (const char character : text) {
    if (!is(character, wanted)) {
      return false;
    }
  }
  return true;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
    text.remove_prefix(1);
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
    text.remove_suffix(1);
  }
  return text;
}

bool is_hex(char character) {
  const char letter = ascii_lower(character);
  return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f');
}

bool is_valid_target(std::string_view target) {
  for (std::size_t i = 0; i < target.size(); ++i) {
    if (!is(target[i], kTarget)) {
      return false;
    }
    if (target[i] == '%' && (i + 2 >= target.size() || !is_hex(target[i + 1]) || !is_hex(target[i + 2]))) {
      return false;
    }
  }
  return true;
}

HeadRefusal malformed(std::string_view detail) { return {400, Refusal::kMalformedHead, detail}; }

/// What the fields of one head said so far.
struct Fields {
  std::optional<std::string_view> host;
  std::optional<std::string_view> content_length;
  std::optional<std::string_view> transfer_encoding;
  std::optional<std::string_view> expect;
};

/// Keeps the value if the field is one that frames or routes the message; those must not repeat.
std::optional<HeadRefusal> note_field(std::string_view field, std::string_view value, Fields& fields) {
  const auto once = [&](std::optional<std::string_view>& slot,
                        std::string_view detail) -> std::optional<HeadRefusal> {
    if (slot) {
      return malformed(detail);
    }
    slot = value;
    return std::nullopt;
  };
  switch (field.size()) {
    case 4:
      if (equals_ignoring_case(field, "host")) {
        return once(fields.host, "Host is repeated.");
      }
      break;
    case 6:
      if (equals_ignoring_case(field, "expect")) {
        return once(fields.expect, "Expect is repeated.");
      }
      break;
    case 14:
      if (equals_ignoring_case(field, "content-length")) {
        return once(fields.content_length, "Content-Length is repeated.");
      }
      break;
    case 17:
      if (equals_ignoring_case(field, "transfer-encoding")) {
        return once(fields.transfer_encoding, "Transfer-Encoding is repeated.");
      }
      break;
    default:
      break;
  }
  return std::nullopt;
}

/// A path that begins with two slashes would be read by web::uri as an authority and a shorter path.
std::optional<HeadRefusal> check_path(std::string_view path) {
  if (path.starts_with("//")) {
    return malformed("The path begins with two slashes.");
  }
  return std::nullopt;
}

std::optional<HeadRefusal> check_request_line(std::string_view line, RequestHead& head) {
  const auto method_end = line.find(' ');
  const auto target_end = line.rfind(' ');
  if (method_end == std::string_view::npos || method_end == target_end) {
    return malformed("The request line is not method, target and version.");
  }
  head.method = line.substr(0, method_end);
  std::string_view target = line.substr(method_end + 1, target_end - method_end - 1);
  const std::string_view version = line.substr(target_end + 1);
  if (head.method.empty() || !all(head.method, kToken)) {
    return malformed("The method is not a token.");
  }
  const bool looks_like_version = version.size() == 8 && version.starts_with("HTTP/") && version[6] == '.' &&
                                  version[5] >= '0' && version[5] <= '9' && version[7] >= '0' &&
                                  version[7] <= '9';
  if (!looks_like_version) {
    return malformed("The request line does not end with an HTTP version.");
  }
  if (version[5] != '1' || version[7] > '1') {
    return HeadRefusal{505, Refusal::kUnsupportedVersion, "Only HTTP/1.0 and HTTP/1.1 are spoken here."};
  }
  head.http11 = version[7] == '1';
  if (head.method == "CONNECT") {
    return HeadRefusal{501, Refusal::kUnsupportedMethod, "This method is not supported."};
  }
  if (target.empty() || !is_valid_target(target)) {
    return malformed("The target holds a character that a URI may not.");
  }
  if (target.front() == '/') {
    head.target = target;
    return check_path(target);
  }
  if (target == "*" && head.method == "OPTIONS") {
    head.target = target;
    return std::nullopt;
  }
  for (const std::string_view scheme : {std::string_view("http://"), std::string_view("https://")}) {
    if (!equals_ignoring_case(target.substr(0, scheme.size()), scheme)) {
      continue;
    }
    target.remove_prefix(scheme.size());
    const auto path = target.find_first_of("/?");
    head.authority = target.substr(0, path);
    head.target = path == std::string_view::npos ? std::string_view("/") : target.substr(path);
    if (head.authority.empty() || !all(head.authority, kHost) || head.target.front() == '?') {
      return malformed("The target's authority or path is not valid.");
    }
    return check_path(head.target);
  }
  return malformed("The target is neither a path nor an http URI.");
}

std::optional<HeadRefusal> check_framing(const Fields& fields, RequestHead& head) {
  if (fields.content_length && fields.transfer_encoding) {
    return malformed("Content-Length and Transfer-Encoding contradict each other.");
  }
  if (fields.content_length) {
    // 18 digits fit 64 bits whatever they are, and no limit comes near them.
    constexpr std::size_t kDigitsMax = 18;
    const std::string_view digits = *fields.content_length;
    if (digits.empty() || digits.size() > kDigitsMax) {
      return malformed("Content-Length is not a length.");
    }
    std::uint64_t length = 0;
    for (const char digit : digits) {
      if (digit < '0' || digit > '9') {
        return malformed("Content-Length is not a length.");
      }
      length = length * 10 + static_cast<std::uint64_t>(digit - '0');
    }
    head.content_length_bytes = length;
  }
  if (fields.transfer_encoding) {
    if (!head.http11) {
      return malformed("HTTP/1.0 has no Transfer-Encoding.");
    }
    if (fields.transfer_encoding->empty()) {
      return malformed("Transfer-Encoding is empty.");
    }
    if (!equals_ignoring_case(*fields.transfer_encoding, "chunked")) {
      return HeadRefusal{501, Refusal::kUnsupportedCoding, "The only transfer coding understood is chunked."};
    }
    head.chunked = true;
  }
  return std::nullopt;
}

std::optional<HeadRefusal> check_host_and_expect(const Fields& fields, RequestHead& head) {
  if (!fields.host && head.http11) {
    return malformed("Host is missing.");
  }
  if (fields.host && (fields.host->empty() || !all(*fields.host, kHost))) {
    return malformed("Host is not a host.");
  }
  if (fields.expect && head.http11) {
    if (!equals_ignoring_case(*fields.expect, "100-continue")) {
      return HeadRefusal{417, Refusal::kUnmetExpectation, "The only expectation met is 100-continue."};
    }
    head.expects_continue = head.has_body();
  }
  return std::nullopt;
}

}  // namespace

HeadScanner::Result HeadScanner::scan(std::string_view bytes) {
  for (; position_ < bytes.size(); ++position_) {
    const char character = bytes[position_];
    if (after_cr_) {
      if (character != '\n') {
        return Result::kBad;
      }
      after_cr_ = false;
      if (line_size_ == 0) {
        ++position_;
        if (first_line_) {
          // RFC 9112 section 2.2: an empty line before a request line is a known sin of old clients. One is
          // forgiven.
          if (start_ != 0) {
            return Result::kBad;
          }
          start_ = position_--;
          continue;
        }
        return Result::kComplete;
      }
      first_line_ = false;
      line_size_ = 0;
      continue;
    }
    if (character == '\r') {
      after_cr_ = true;
      continue;
    }
    if (!is(character, kFieldValue)) {
      return Result::kBad;
    }
    if (line_size_ == 0 && (character == ' ' || character == '\t')) {
      return Result::kBad;
    }
    ++line_size_;
  }
  return Result::kIncomplete;
}

std::variant<RequestHead, HeadRefusal> check_head(std::string_view head_bytes, std::size_t fields_max) {
  RequestHead head;
  Fields fields;
  const auto line_end = head_bytes.find("\r\n");
  if (line_end == std::string_view::npos) {
    return malformed("The request line has no end.");
  }
  if (const auto refusal = check_request_line(head_bytes.substr(0, line_end), head)) {
    return *refusal;
  }

  std::string_view rest = head_bytes.substr(line_end + 2);
  for (std::size_t count = 0; !rest.starts_with("\r\n"); ++count) {
    if (count == fields_max) {
      return HeadRefusal{431, Refusal::kHeadTooLarge, "The request has too many fields."};
    }
    const auto end = rest.find("\r\n");
    if (end == std::string_view::npos) {
      return malformed("A field has no end.");
    }
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 2);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) {
      return malformed("A field has no name.");
    }
    const std::string_view field = line.substr(0, colon);
    if (!all(field, kToken)) {
      return malformed("A field's name is not a token.");
    }
    if (const auto refusal = note_field(field, trim(line.substr(colon + 1)), fields)) {
      return *refusal;
    }
  }

  if (const auto refusal = check_framing(fields, head)) {
    return *refusal;
  }
  if (const auto refusal = check_host_and_expect(fields, head)) {
    return *refusal;
  }
  return head;
}

}  // namespace tidegate::transport
