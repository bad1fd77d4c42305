#pragma once

#include <nlohmann/json.hpp>

#include "aws/operations/operation.h"

namespace tidegate::aws {

/// Throws std::logic_error unless every parameter is a member of the shape and every required member is
/// there. A null parameter counts as not given.
void check_parameters(const Operation& operation, const nlohmann::json& parameters);

/// Parameters as the JSON protocols write them: members under their wire names, instants and blobs as text or
/// numbers.
nlohmann::json encode_json(const Shape& shape, const nlohmann::json& value);

/// The members of `shape` that the wire's JSON holds. Throws std::runtime_error where a value is not of its
/// shape.
nlohmann::json decode_json(const Shape& shape, nlohmann::json wire);

}  // namespace tidegate::aws
