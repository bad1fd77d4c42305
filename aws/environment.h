#pragma once

#include <functional>
#include <optional>
#include <string>

namespace tidegate::aws {

/// Reads an environment variable; an empty one counts as unset. A value of its own so that tests bring their
/// own.
using Environment = std::function<std::optional<std::string>(const std::string&)>;

Environment process_environment();

/// Whether a variable says yes: "true" in any case, as the AWS SDKs read it.
bool is_true(const Environment& environment, const std::string& name);

}  // namespace tidegate::aws
