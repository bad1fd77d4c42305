#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidegate::contract {

/// A request target in origin form, cut at its first '?'. Views into what was given.
struct Target {
  std::string_view path;   ///< still percent-encoded
  std::string_view query;  ///< without '?', still percent-encoded; empty where there is none
};
Target split_target(std::string_view target);

/// What percent-encoded text stands for. `plus_is_space` as in HTML forms and query strings. Null for a '%'
/// that two hex digits don't follow, for text that is not UTF-8 and for NUL.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

}  // namespace tidegate::contract
