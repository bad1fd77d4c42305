#include "services/json_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
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
    const auto stop = std::ranges::find_if(left, [](char c) { return escape_of(c) != kItself; });
    text.append(left.begin(), stop);
    if (stop == left.end()) break;
    if (escape_of(*stop) == kNotAscii) {
      using Handler = nlohmann::json::error_handler_t;
      const auto handler = bad_utf8 == BadUtf8::kReplaced ? Handler::replace : Handler::strict;
      const auto whole = nlohmann::json(value).dump(-1, ' ', false, handler);
      text.replace(begin, std::string::npos, whole);
      return;
    }
    append_escaped(text, *stop);
    left = std::string_view(stop + 1, left.end());
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
