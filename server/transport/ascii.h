#pragma once

#include <cstddef>
#include <string_view>

namespace tidegate::transport {

inline char ascii_lower(char character) {
  return character >= 'A' && character <= 'Z' ? static_cast<char>(character + 32) : character;
}

/// Compares as HTTP compares names, whatever the locale. `lowercase` is in lower case already.
inline bool equals_ignoring_case(std::string_view text, std::string_view lowercase) {
  if (text.size() != lowercase.size()) {
    return false;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (ascii_lower(text[i]) != lowercase[i]) {
      return false;
    }
  }
  return true;
}

}  // namespace tidegate::transport
