#include "services/json_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

namespace tidegate {

namespace {

/// Characters that do not stand for themselves in a JSON string, or may not: a log line and an AWS call are
/// mostly of the others.
constexpr auto kNotPlain = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c < table.size(); ++c) table[c] = c < 0x20 || c == '"' || c == '\\' || c >= 0x80;
  return table;
}();

}  // namespace

void append_json_string(std::string& text, std::string_view value, BadUtf8 bad_utf8) {
  if (std::ranges::none_of(value, [](char c) { return kNotPlain[static_cast<unsigned char>(c)]; })) {
    text += '"';
    text += value;
    text += '"';
  } else {
    using Handler = nlohmann::json::error_handler_t;
    const auto handler = bad_utf8 == BadUtf8::kReplaced ? Handler::replace : Handler::strict;
    text += nlohmann::json(value).dump(-1, ' ', false, handler);
  }
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
