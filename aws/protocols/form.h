#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "aws/operations/operation.h"

namespace tidegate::aws {

/// The form body of the query and ec2 protocols: Action, Version, then the parameters, flattened into dotted
/// names.
std::string encode_form(const Operation& operation, const nlohmann::json& parameters);

/// A scalar as text, as forms, query strings and headers write it. `instant` says how kInstant is written
/// there.
std::string scalar_text(const Shape& shape, const nlohmann::json& value, Shape::Kind instant);

}  // namespace tidegate::aws
