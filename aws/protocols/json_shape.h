#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "aws/operations/operation.h"

namespace tidegate::aws {

/// Refuses parameters that the row does not list, are of another kind or lack a required member. Throws
/// std::logic_error: the caller is ours.
void check_parameters(const Operation& operation, const nlohmann::json& parameters);

/// The JSON protocols' form of a value, as text. Members that are null or not in the shape are left out.
/// Throws nlohmann's exception for text that is not UTF-8.
std::string encode_json(const Shape& shape, const nlohmann::json& value);

/// Reads a body of the JSON protocols; an empty one is an object without members. Only the members of the
/// shape are kept. Throws std::runtime_error where it is no JSON or a value has another type than the shape
/// says.
nlohmann::json decode_json(const Shape& shape, std::string_view body);

}  // namespace tidegate::aws
