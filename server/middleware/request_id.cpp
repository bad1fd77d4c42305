#include "server/middleware/request_id.h"

#include <algorithm>

#include "server/middleware/random_hex.h"

namespace tidegate {

namespace {

constexpr std::size_t kLengthMax = 64;
constexpr std::size_t kMadeLength = 20;

bool is_safe(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '.';
}

}  // namespace

std::string accept_or_make_request_id(const std::string* given) {
  if (given != nullptr && !given->empty() && given->size() <= kLengthMax &&
      std::ranges::all_of(*given, is_safe)) {
    return *given;
  }
  return random_hex(kMadeLength);
}

}  // namespace tidegate
