#pragma once

#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <string>

#include "aws/operations/operation.h"

namespace tidegate::aws {

/// How a protocol names what a row leaves unnamed in its answers.
struct XmlNames {
  std::string element;       ///< of a list: "member", ec2 "item"
  bool lower_first = false;  ///< ec2: instanceId for InstanceId
};

XmlNames xml_names(Protocol protocol);

/// The members of `shape` below `node`. Throws std::runtime_error where a text is not of its shape.
nlohmann::json decode_xml(const Shape& shape, const pugi::xml_node& node, const XmlNames& names);

/// Writes `value` as children of `node`: the body of a REST XML request.
void encode_xml(const Shape& shape, const nlohmann::json& value, pugi::xml_node node);

/// Parses an XML body into `document`. Throws std::runtime_error where it is none.
void load_xml(pugi::xml_document& document, const std::string& body);

}  // namespace tidegate::aws
