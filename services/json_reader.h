#pragma once

#include <simdjson.h>

#include <string_view>

namespace tidegate {

/// JSON text, parsed: values are read where they lie. Short texts share a parser, so a thread has one reader
/// at a time.
class JsonReader {
 public:
  /// An empty text is an object without members. Throws std::runtime_error where it is no JSON.
  explicit JsonReader(std::string_view text);
  JsonReader(const JsonReader&) = delete;
  JsonReader& operator=(const JsonReader&) = delete;

  simdjson::dom::element root() const { return root_; }

 private:
  simdjson::dom::parser of_long_text_;
  simdjson::dom::element root_;
};

}  // namespace tidegate
