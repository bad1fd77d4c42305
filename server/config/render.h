#pragma once

#include <string>
#include <vector>

#include "server/config/binder.h"

namespace tidegate::config {

/// Every effective value as YAML that tidegate reads back, each with a comment that names where it comes
/// from. Secrets are masked.
std::string render_effective(const std::vector<Field>& fields);

/// docs/configuration.md: every setting with type, default, limits, variable and meaning. `fields` must hold
/// defaults.
std::string render_reference(const std::vector<Field>& fields);

}  // namespace tidegate::config
