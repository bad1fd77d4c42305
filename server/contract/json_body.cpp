#include "server/contract/json_body.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "server/contract/explain.h"
#include "services/error.h"
#include "services/json_reader.h"

namespace tidegate::contract {

namespace {

using nlohmann::json;

bool holds_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

/// What a number with a fraction or an exponent is: JSON Schema calls 1.0 and 1e3 integers. Beyond 2^53 a
/// double stands for more than one of them.
json number_of(double number) {
  constexpr double kExactMax = 9007199254740992.0;
  const bool integral = std::abs(number) <= kExactMax && std::trunc(number) == number;
  return integral ? json(static_cast<std::int64_t>(number)) : json(number);
}

/// Makes `value` what `element` is. False where it holds what a body may not.
bool build(simdjson::dom::element element, std::size_t levels_left, json& value);

bool build_object(const simdjson::dom::object& members, std::size_t levels_left, json& value) {
  value = json::object();
  auto& object = value.get_ref<json::object_t&>();
  for (const auto& [name, member] : members) {
    if (holds_nul(name)) return false;
    const auto [place, is_new] = object.try_emplace(std::string(name));
    if (!is_new || !build(member, levels_left, place->second)) return false;
  }
  return true;
}

bool build_array(const simdjson::dom::array& items, std::size_t levels_left, json& value) {
  value = json::array();
  auto& array = value.get_ref<json::array_t&>();
  array.reserve(items.size());
  for (const auto item : items) {
    if (!build(item, levels_left, array.emplace_back())) return false;
  }
  return true;
}

bool build(simdjson::dom::element element, std::size_t levels_left, json& value) {
  using Type = simdjson::dom::element_type;
  switch (element.type()) {
    case Type::OBJECT:
      return levels_left > 0 && build_object(element.get_object().value_unsafe(), levels_left - 1, value);
    case Type::ARRAY:
      return levels_left > 0 && build_array(element.get_array().value_unsafe(), levels_left - 1, value);
    case Type::STRING: {
      const std::string_view text = element.get_string().value_unsafe();
      value = std::string(text);
      return !holds_nul(text);
    }
    case Type::INT64:
      value = element.get_int64().value_unsafe();
      return true;
    case Type::UINT64:
      return false;
    case Type::DOUBLE:
      value = number_of(element.get_double().value_unsafe());
      return true;
    case Type::BOOL:
      value = element.get_bool().value_unsafe();
      return true;
    case Type::NULL_VALUE:
      return true;
  }
  return false;
}

/// The document of a text that can be a body; none where something has to be explained.
std::optional<json> read_sound(std::string_view text) {
  if (text.empty()) return std::nullopt;
  try {
    const JsonReader reader(text);
    json document;
    if (build(reader.root(), kBodyDepthMax, document)) return document;
  } catch (const std::runtime_error&) {
    // Not JSON.
  }
  return std::nullopt;
}

/// Builds the document from a slower parser's events, and stops at the first thing that a body may not hold.
class BodyBuilder {
 public:
  bool null() { return add(nullptr); }
  bool boolean(bool value) { return add(value); }
  bool number_integer(json::number_integer_t value) { return add(value); }
  bool number_unsigned(json::number_unsigned_t value) {
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      return refuse_value("the integer does not fit into 64 bits");
    }
    return add(static_cast<std::int64_t>(value));
  }
  bool number_float(json::number_float_t value, const std::string& text) {
    if (text.find_first_of(".eE") == std::string::npos) {
      return refuse_value("the integer does not fit into 64 bits");
    }
    return add(number_of(value));
  }
  bool string(std::string& value) {
    if (holds_nul(value)) return refuse_value("holds the character NUL");
    return add(std::move(value));
  }
  bool binary(json::binary_t&) { return refuse_value("binary"); }
  bool start_object(std::size_t) { return open(json::object()); }
  bool start_array(std::size_t) { return open(json::array()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& name) {
    if (holds_nul(name)) return refuse(here(), "a member's name holds the character NUL");
    key_ = std::move(name);
    if (open_.back()->contains(key_)) {
      return refuse(append_pointer(here(), key_), "stands twice in its object");
    }
    return true;
  }
  bool parse_error(std::size_t position, const std::string& last_token, const json::exception& error) {
    // 406: a number like 1e999.
    if (error.id == 406) return refuse_value("the number is too large");
    const bool ended = last_token.empty() || position > text_size_;
    error_ = FieldError{ended ? "not JSON: ends too early, at byte " + std::to_string(position)
                              : "not JSON from byte " + std::to_string(position) + " on",
                        "#/body"};
    return false;
  }

  explicit BodyBuilder(std::size_t text_size) : text_size_(text_size) {}
  json take() { return std::move(root_); }
  const std::optional<FieldError>& error() const { return error_; }

 private:
  json* place(json value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    json& parent = *open_.back();
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return &parent.back();
    }
    json& member = parent[key_];
    member = std::move(value);
    return &member;
  }
  bool add(json value) {
    place(std::move(value));
    return true;
  }
  bool open(json container) {
    if (open_.size() == kBodyDepthMax) {
      return refuse_value("nested deeper than " + std::to_string(kBodyDepthMax) + " levels");
    }
    json* placed = place(std::move(container));
    // A container that is open can't move: its parent grows only once it is closed.
    open_.push_back(placed);
    keys_.push_back(key_);
    return true;
  }
  bool close() {
    open_.pop_back();
    key_ = keys_.back();
    keys_.pop_back();
    return true;
  }

  /// The pointer of the innermost open container.
  std::string here() const {
    std::string pointer = "#/body";
    for (std::size_t i = 1; i < open_.size(); ++i) {
      const json& parent = *open_[i - 1];
      pointer = parent.is_array() ? append_pointer(pointer, std::to_string(parent.size() - 1))
                                  : append_pointer(pointer, keys_[i]);
    }
    return pointer;
  }
  /// Refuses the value that is about to be placed.
  bool refuse_value(std::string detail) {
    if (open_.empty()) return refuse("#/body", std::move(detail));
    const json& parent = *open_.back();
    return refuse(append_pointer(here(), parent.is_array() ? std::to_string(parent.size()) : key_),
                  std::move(detail));
  }
  bool refuse(std::string pointer, std::string detail) {
    error_ = FieldError{std::move(detail), std::move(pointer)};
    return false;
  }

  std::size_t text_size_;
  json root_;
  std::vector<json*> open_;
  std::vector<std::string> keys_;  // of each open container, its name in its parent
  std::string key_;
  std::optional<FieldError> error_;
};

}  // namespace

json parse_json_body(std::string_view text) {
  if (auto document = read_sound(text)) return std::move(*document);
  BodyBuilder builder(text.size());
  if (!json::sax_parse(text.begin(), text.end(), &builder)) {
    const FieldError error = builder.error().value_or(FieldError{"not JSON", "#/body"});
    throw InvalidRequest("request body: " + error.detail, {error});
  }
  return builder.take();
}

}  // namespace tidegate::contract
