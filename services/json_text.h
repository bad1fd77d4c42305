#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>

namespace tidegate {

/// What is done with bytes that are not UTF-8: each becomes U+FFFD, or nlohmann's exception is thrown.
enum class BadUtf8 { kReplaced, kRefused };

/// Appends `value` to `text` as a JSON string, quotes included.
void append_json_string(std::string& text, std::string_view value, BadUtf8 bad_utf8 = BadUtf8::kReplaced);

/// Appends a number in its shortest form; one that JSON does not have (NaN, infinite) as null.
void append_json_number(std::string& text, double value);

/// A JSON object put together as text, for what is written often and holds JSON text already. Names are ours:
/// plain ASCII, each given once.
class JsonObject {
 public:
  JsonObject() { text_.reserve(kBytesAtFirst); }

  JsonObject& string(std::string_view name, std::string_view value);
  /// Null where it is empty.
  JsonObject& string_or_null(std::string_view name, std::string_view value);
  /// JSON text as it is; null where it is empty.
  JsonObject& json(std::string_view name, std::string_view value);
  JsonObject& boolean(std::string_view name, bool value) { return json(name, value ? "true" : "false"); }
  template <std::integral Number>
  JsonObject& number(std::string_view name, Number value) {
    return json(name, std::to_string(value));
  }
  JsonObject& number(std::string_view name, double value);
  /// Null where there is none.
  template <class Number>
  JsonObject& number(std::string_view name, const std::optional<Number>& value) {
    return value ? number(name, *value) : json(name, "");
  }

  /// Ends the object and gives its text away.
  std::string take();

 private:
  static constexpr std::size_t kBytesAtFirst = 256;  ///< most objects fit, the others grow less often

  void name(std::string_view name);

  std::string text_ = "{";
};

/// `[a,b,c]` of what `write` makes of each item: JSON text.
template <class Items, class Write>
std::string json_array(const Items& items, Write write) {
  std::string text = "[";
  for (const auto& item : items) {
    if (text.size() > 1) text += ',';
    text += write(item);
  }
  return text + ']';
}

}  // namespace tidegate
