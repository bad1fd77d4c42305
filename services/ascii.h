#pragma once

#include <algorithm>
#include <string>
#include <string_view>

// Text as protocols compare it: the case of ASCII letters only, whatever the locale.

namespace tidegate {

inline char ascii_lower(char character) {
  return character >= 'A' && character <= 'Z' ? static_cast<char>(character + 32) : character;
}

inline bool is_alphanumeric(char character) {
  const char lower = ascii_lower(character);
  return (lower >= 'a' && lower <= 'z') || (character >= '0' && character <= '9');
}

inline std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), ascii_lower);
  return lower;
}

inline bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, ascii_lower, ascii_lower);
}

/// Without blanks, tabs and line ends around it.
inline std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

}  // namespace tidegate
