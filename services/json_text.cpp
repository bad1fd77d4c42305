#include "services/json_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

namespace tidegate {

namespace {

/// What stands for a byte in a JSON string: itself, a backslash and this letter, a code point, or it takes
/// looking at the bytes around it. A log line and an AWS call are nearly all of the first two.
constexpr char kItself = 0;
constexpr char kCodePoint = 1;
constexpr char kNotAscii = 2;
constexpr auto kEscapes = [] {
  constexpr std::string_view kBytes = "\"\\\b\f\n\r\t";
  constexpr std::string_view kLetters = "\"\\bfnrt";
  std::array<char, 256> table{};
  for (std::size_t c = 0; c < 0x20; ++c) table[c] = kCodePoint;
  for (std::size_t c = 0x80; c < table.size(); ++c) table[c] = kNotAscii;
  for (std::size_t i = 0; i < kBytes.size(); ++i) table[static_cast<unsigned char>(kBytes[i])] = kLetters[i];
  return table;
}();

char escape_of(char c) { return kEscapes[static_cast<unsigned char>(c)]; }

/// How many of the first bytes stand for themselves. Words of eight without a quote, a backslash, a control
/// character or a byte beyond ASCII are taken at once: a byte is below n where subtracting n borrows.
std::size_t plain_bytes(std::string_view text) {
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  constexpr std::uint64_t kHighs = 0x8080808080808080U;
  const auto below = [](std::uint64_t word, std::uint64_t n) { return (word - kOnes * n) & ~word; };
  std::size_t bytes = 0;
  for (std::uint64_t word = 0; bytes + sizeof word <= text.size(); bytes += sizeof word) {
    std::memcpy(&word, text.data() + bytes, sizeof word);
    const std::uint64_t special =
        word | below(word, 0x20) | below(word ^ (kOnes * '"'), 1) | below(word ^ (kOnes * '\\'), 1);
    if ((special & kHighs) != 0) break;
  }
  while (bytes < text.size() && escape_of(text[bytes]) == kItself) ++bytes;
  return bytes;
}

void append_escaped(std::string& text, char c) {
  const char escape = escape_of(c);
  if (escape != kCodePoint) {
    text += '\\';
    text += escape;
    return;
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  text += "\\u00";
  text += kDigits[static_cast<unsigned char>(c) >> 4U];
  text += kDigits[static_cast<unsigned char>(c) & 15U];
}

}  // namespace

void append_json_string(std::string& text, std::string_view value, BadUtf8 bad_utf8) {
  const auto begin = text.size();
  text += '"';
  for (auto left = value; !left.empty();) {
    const auto plain = plain_bytes(left);
    text.append(left, 0, plain);
    left.remove_prefix(plain);
    if (left.empty()) break;
    if (escape_of(left.front()) == kNotAscii) {
      using Handler = nlohmann::json::error_handler_t;
      const auto handler = bad_utf8 == BadUtf8::kReplaced ? Handler::replace : Handler::strict;
      const auto whole = nlohmann::json(value).dump(-1, ' ', false, handler);
      text.replace(begin, std::string::npos, whole);
      return;
    }
    append_escaped(text, left.front());
    left.remove_prefix(1);
  }
  text += '"';
}

void append_json_number(std::string& text, double value) {
  if (!std::isfinite(value)) {
    text += "null";
    return;
  }
  std::array<char, 32> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  static_cast<void>(error);  // the shortest form of a double has fewer than 32 characters
  text.append(digits.data(), end);
}

JsonObject& JsonObject::string(std::string_view name, std::string_view value) {
  this->name(name);
  append_json_string(text_, value);
  return *this;
}

JsonObject& JsonObject::string_or_null(std::string_view name, std::string_view value) {
  return value.empty() ? json(name, "") : string(name, value);
}

JsonObject& JsonObject::json(std::string_view name, std::string_view value) {
  this->name(name);
  text_.append(value.empty() ? "null" : value);
  return *this;
}

JsonObject& JsonObject::number(std::string_view name, double value) {
  this->name(name);
  append_json_number(text_, value);
  return *this;
}

std::string JsonObject::take() {
  text_ += '}';
  return std::move(text_);
}

void JsonObject::name(std::string_view name) {
  if (text_.size() > 1) text_ += ',';
  text_ += '"';
  text_ += name;
  text_ += "\":";
}

}  // namespace tidegate
