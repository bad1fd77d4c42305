#pragma once

#include <functional>

namespace tidegate::aws {

/// Draws from [0, 1), each thread from its own generator: for pauses and jitter, not for secrets.
std::function<double()> thread_random();

}  // namespace tidegate::aws
