#pragma once

#include <string>

namespace tidegate {

/// The caller's X-Request-Id where it is 1 to 64 letters, digits, '-', '_' or '.', otherwise a fresh name of
/// 20 such characters, unique with this process and, but for chance, with all.
std::string accept_or_make_request_id(const std::string* given);

}  // namespace tidegate
