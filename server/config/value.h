#pragma once

#include <string>
#include <utility>
#include <vector>

namespace tidegate::config {

/// A piece of configuration as somebody wrote it, before anyone knows what type it should have. Scalars are
/// text; every node knows its line.
struct Value {
  enum class Kind { kNull, kScalar, kList, kMap };

  Kind kind = Kind::kNull;
  std::string text = {};                                    ///< of a scalar
  std::vector<Value> items = {};                            ///< of a list
  std::vector<std::pair<std::string, Value>> entries = {};  ///< of a map, in the order they were written
  int line = 0;                                             ///< from 1; 0 where there is no line

  static Value scalar(std::string text) { return {.kind = Kind::kScalar, .text = std::move(text)}; }
  static Value list(std::vector<Value> items) { return {.kind = Kind::kList, .items = std::move(items)}; }
  static Value map() { return {.kind = Kind::kMap}; }
};

/// One thing wrong with the configuration: what, and in which line (0 = not in a file).
struct Problem {
  int line = 0;
  std::string message;
};

/// Several of them, thrown together: of the items of one list or map.
struct Problems {
  std::vector<Problem> all;
};

}  // namespace tidegate::config
