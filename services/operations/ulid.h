#pragma once

#include <string>

#include "services/clock.h"

namespace tidegate::operations {

/// A new ULID (github.com/ulid/spec): 26 characters of Crockford's base 32, 48 bits of milliseconds and 80
/// random bits, so that ids sort by time of creation. Thread-safe.
std::string new_ulid(Instant now);

}  // namespace tidegate::operations
