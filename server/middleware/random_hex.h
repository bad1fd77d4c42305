#pragma once

#include <cstddef>
#include <string>

namespace tidegate {

/// `length` random hexadecimal digits, lower case. For names, never for secrets. Thread-safe.
std::string random_hex(std::size_t length);

}  // namespace tidegate
