#pragma once

#include <string>

#include "server/config/value.h"

namespace tidegate::config {

/// The one YAML document of `text`; a null value where it is empty. Throws Problem where it is no YAML, has
/// a second document, a key that is no scalar or a key twice.
Value parse_yaml(const std::string& text);

/// A scalar or list on one line, as YAML that reads back as the same text: 8080, "yes", [a, b], {a: 1}.
std::string to_flow_yaml(const Value& value);

/// `text` as a YAML scalar, quoted where YAML would read it otherwise.
std::string to_yaml_scalar(const std::string& text);

}  // namespace tidegate::config
