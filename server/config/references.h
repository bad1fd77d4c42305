#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/config/value.h"

namespace tidegate::config {

/// Finds what a reference names; null where it names nothing. May throw Problem with a reason.
using Resolver = std::function<std::optional<std::string>(const std::string& name)>;
/// Resolvers by scheme: "env" for ${env:NAME}.
using Resolvers = std::map<std::string, Resolver>;

/// Replaces every ${scheme:name} in every scalar of `value`. "$${" stands for a literal "${".
/// Returns what could not be resolved; those scalars stay as they were.
std::vector<Problem> resolve_references(Value& value, const Resolvers& resolvers);

}  // namespace tidegate::config
