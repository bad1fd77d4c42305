#include "server/contract/json_body.h"

#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "server/contract/explain.h"
#include "services/error.h"

namespace tidegate::contract {

namespace {

using nlohmann::json;

/// Builds the document from the parser's events, and stops at the first thing that a body may not hold.
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
    return add(value);
  }
  bool string(std::string& value) {
    if (value.find('\0') != std::string::npos) return refuse_value("holds the character NUL");
    return add(std::move(value));
  }
  bool binary(json::binary_t&) { return refuse_value("binary"); }
  bool start_object(std::size_t) { return open(json::object()); }
  bool start_array(std::size_t) { return open(json::array()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& name) {
    if (name.find('\0') != std::string::npos)
      return refuse(here(), "a member's name holds the character NUL");
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
  BodyBuilder builder(text.size());
  if (!json::sax_parse(text.begin(), text.end(), &builder)) {
    const FieldError error = builder.error().value_or(FieldError{"not JSON", "#/body"});
    throw InvalidRequest("request body: " + error.detail, {error});
  }
  return builder.take();
}

}  // namespace tidegate::contract
