#pragma once

#include <charconv>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "server/config/value.h"

// How the types of configuration structs read and print. decode() throws Problem with a sentence that says
// what would have been right; encode() is its inverse.

namespace tidegate::config {

/// "300ms", "10s", "15m", "24h", "30d" and sums of them such as "1h30m". Throws Problem (without line).
std::chrono::milliseconds parse_duration(const std::string& text);
/// The shortest form that parse_duration() reads back: "90s", "30d", "0s".
std::string format_duration(std::chrono::milliseconds duration);

/// Bytes: "512", "16KiB", "1MiB", "2GiB". Throws Problem (without line).
std::uint64_t parse_bytes(const std::string& text);
std::string format_bytes(std::uint64_t bytes);

template <class T>
struct Codec;

/// The text of a scalar; throws Problem naming `expected` for anything else.
const std::string& scalar_text(const Value& value, const char* expected);

template <>
struct Codec<std::string> {
  static constexpr const char* kType = "text";
  static std::string decode(const Value& value) { return scalar_text(value, "text"); }
  static Value encode(const std::string& value) { return Value::scalar(value); }
};

template <>
struct Codec<bool> {
  static constexpr const char* kType = "boolean";
  static bool decode(const Value& value);
  static Value encode(bool value) { return Value::scalar(value ? "true" : "false"); }
};

template <class T>
requires(std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) struct Codec<T> {
  static constexpr const char* kType = std::is_integral_v<T> ? "integer" : "number";
  static T decode(const Value& value) {
    const std::string& text = scalar_text(value, kType);
    T number{};
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure == std::errc::result_out_of_range) throw Problem{value.line, text + " is out of range"};
    if (failure != std::errc() || end != text.data() + text.size() || !(number - number == T{})) {
      throw Problem{value.line, "\"" + text + "\" is no " + kType};
    }
    return number;
  }
  static Value encode(T value) {
    char buffer[64];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    return Value::scalar(std::string(buffer, end));
  }
};

template <class Rep, class Period>
struct Codec<std::chrono::duration<Rep, Period>> {
  using Duration = std::chrono::duration<Rep, Period>;
  static constexpr const char* kType = "duration";
  static Duration decode(const Value& value) {
    try {
      const auto exact = parse_duration(scalar_text(value, "a duration such as 10s"));
      const auto rounded = std::chrono::duration_cast<Duration>(exact);
      if (rounded != exact) {
        throw Problem{0, value.text + " is too fine: whole multiples of " +
                             format_duration(std::chrono::milliseconds(Duration(1))) + " are wanted"};
      }
      return rounded;
    } catch (Problem problem) {
      problem.line = value.line;
      throw problem;
    }
  }
  static Value encode(Duration value) { return Value::scalar(format_duration(value)); }
};

template <class T>
struct Codec<std::optional<T>> {
  static constexpr const char* kType = Codec<T>::kType;
  static std::optional<T> decode(const Value& value) {
    if (value.kind == Value::Kind::kNull) return {};
    return Codec<T>::decode(value);
  }
  static Value encode(const std::optional<T>& value) { return value ? Codec<T>::encode(*value) : Value{}; }
};

/// The items of a list; a scalar counts as a comma separated list, as an environment variable writes it.
std::vector<Value> list_items(const Value& value);

template <class T>
struct Codec<std::vector<T>> {
  static constexpr const char* kType = "list";
  static std::vector<T> decode(const Value& value) {
    std::vector<T> items;
    for (const Value& item : list_items(value)) items.push_back(Codec<T>::decode(item));
    return items;
  }
  static Value encode(const std::vector<T>& items) {
    std::vector<Value> values;
    values.reserve(items.size());
    for (const T& item : items) values.push_back(Codec<T>::encode(item));
    return Value::list(std::move(values));
  }
};

/// The entries of a map; throws Problem for anything else.
const std::vector<std::pair<std::string, Value>>& map_entries(const Value& value);

template <class T, class Order>
struct Codec<std::map<std::string, T, Order>> {
  static constexpr const char* kType = "map";
  static std::map<std::string, T, Order> decode(const Value& value) {
    std::map<std::string, T, Order> entries;
    if (value.kind == Value::Kind::kNull) return entries;
    for (const auto& [key, child] : map_entries(value)) entries.emplace(key, Codec<T>::decode(child));
    return entries;
  }
  static Value encode(const std::map<std::string, T, Order>& entries) {
    Value value = Value::map();
    for (const auto& [key, child] : entries) value.entries.emplace_back(key, Codec<T>::encode(child));
    return value;
  }
};

}  // namespace tidegate::config
