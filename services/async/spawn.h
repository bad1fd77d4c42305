#pragma once

#include <pplx/pplxtasks.h>

#include <string>

namespace tidegate {

/// Lets a task run on its own. Its failure is logged and counted under `name` (a fixed word, never a user's
/// text) instead of ending the process, as an unobserved pplx exception would.
void spawn(const std::string& name, pplx::task<void> task);

}  // namespace tidegate
