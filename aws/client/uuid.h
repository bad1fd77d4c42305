#pragma once

#include <string>

namespace tidegate::aws {

/// A random (version 4) UUID: invocation ids and idempotency tokens.
std::string random_uuid();

}  // namespace tidegate::aws
