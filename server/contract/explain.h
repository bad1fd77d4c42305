#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "services/error.h"

namespace tidegate::contract {

/// The most violations that one answer names.
inline constexpr std::size_t kFieldErrorsMax = 20;

/// "#/body" and "a/b" to "#/body/a~1b" (RFC 6901). A long token is cut: callers choose it.
std::string append_pointer(std::string_view pointer, std::string_view token);

/// Says in words what of `value` a schema refuses, at most kFieldErrorsMax of it. The schema is one that
/// CompiledSchema took: no references, only its keywords. Whether a value is valid is the validator's word,
/// not this function's: it is asked only about values that were refused, and never answers an empty list.
std::vector<FieldError> explain_violations(const nlohmann::json& schema, const nlohmann::json& value,
                                           const std::string& pointer);

/// The one of `known` that `name` is most likely a misspelling of; empty where none is near.
std::string nearest_name(std::string_view name, const std::vector<std::string>& known);

}  // namespace tidegate::contract
