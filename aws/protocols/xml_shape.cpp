#include "aws/protocols/xml_shape.h"

#include <charconv>
#include <cstring>
#include <stdexcept>

#include "aws/protocols/form.h"
#include "aws/protocols/scalars.h"

namespace tidegate::aws {

using nlohmann::json;

namespace {

template <class Number>
json number_of(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw std::runtime_error("\"" + std::string(text) + "\" is no number");
  }
  return number;
}

json decode_scalar(const Shape& shape, const char* text) {
  switch (shape.kind) {
    case Shape::Kind::kInteger:
      return number_of<std::int64_t>(text);
    case Shape::Kind::kFloat:
      return number_of<double>(text);
    case Shape::Kind::kBoolean:
      return std::strcmp(text, "true") == 0;
    case Shape::Kind::kBlob:
      return base64_decode(text);
    case Shape::Kind::kInstant:
    case Shape::Kind::kIsoInstant:
    case Shape::Kind::kEpochInstant:
      return parse_instant(text);
    default:
      return text;
  }
}

std::string member_name(const Member& member, const XmlNames& names) {
  if (!member.wire.empty() || !names.lower_first) return member.wire_or_name();
  std::string name = member.name;
  if (name.front() >= 'A' && name.front() <= 'Z') name.front() = static_cast<char>(name.front() - 'A' + 'a');
  return name;
}

void decode_entry(const Shape& shape, const pugi::xml_node& entry, const XmlNames& names, json& map) {
  const auto* key = shape.key_wire.empty() ? "key" : shape.key_wire.c_str();
  const auto* value = shape.value_wire.empty() ? "value" : shape.value_wire.c_str();
  map[entry.child_value(key)] = decode_xml(shape.element.front(), entry.child(value), names);
}

/// A list or map written without an element around its entries: each is a child of the struct itself.
json decode_flattened(const Shape& shape, const pugi::xml_node& parent, const char* name,
                      const XmlNames& names) {
  json result = shape.kind == Shape::Kind::kList ? json::array() : json::object();
  for (const auto& child : parent.children(name)) {
    if (shape.kind == Shape::Kind::kList) {
      result.push_back(decode_xml(shape.element.front(), child, names));
    } else {
      decode_entry(shape, child, names, result);
    }
  }
  return result;
}

json decode_struct(const Shape& shape, const pugi::xml_node& node, const XmlNames& names) {
  json object = json::object();
  for (const auto& member : shape.members) {
    if (member.location != Location::kBody) continue;
    const auto name = member_name(member, names);
    const auto child = node.child(name.c_str());
    if (!child) continue;
    object[member.name] = member.shape.flattened ? decode_flattened(member.shape, node, name.c_str(), names)
                                                 : decode_xml(member.shape, child, names);
  }
  return object;
}

}  // namespace

XmlNames xml_names(Protocol protocol) {
  return protocol == Protocol::kEc2 ? XmlNames{"item", true} : XmlNames{"member", false};
}

json decode_xml(const Shape& shape, const pugi::xml_node& node, const XmlNames& names) {
  if (shape.kind == Shape::Kind::kStruct) return decode_struct(shape, node, names);
  if (shape.kind == Shape::Kind::kList) {
    json list = json::array();
    const auto& name = shape.element_wire.empty() ? names.element : shape.element_wire;
    for (const auto& child : node.children(name.c_str())) {
      list.push_back(decode_xml(shape.element.front(), child, names));
    }
    return list;
  }
  if (shape.kind == Shape::Kind::kMap) {
    json map = json::object();
    for (const auto& entry : node.children("entry")) decode_entry(shape, entry, names, map);
    return map;
  }
  return decode_scalar(shape, node.child_value());
}

void encode_xml(const Shape& shape, const json& value, pugi::xml_node node) {
  if (shape.kind == Shape::Kind::kStruct) {
    for (const auto& [name, member_value] : value.items()) {
      const auto* member = shape.find(name);
      if (member == nullptr || member_value.is_null() || member->location != Location::kBody) continue;
      const auto& wire = member->wire_or_name();
      if (member->shape.kind == Shape::Kind::kList && member->shape.flattened) {
        for (const auto& element : member_value) {
          encode_xml(member->shape.element.front(), element, node.append_child(wire.c_str()));
        }
      } else {
        encode_xml(member->shape, member_value, node.append_child(wire.c_str()));
      }
    }
  } else if (shape.kind == Shape::Kind::kList) {
    const auto* name = shape.element_wire.empty() ? "member" : shape.element_wire.c_str();
    for (const auto& element : value) encode_xml(shape.element.front(), element, node.append_child(name));
  } else if (shape.kind == Shape::Kind::kMap) {
    for (const auto& [key, element] : value.items()) {
      auto entry = node.append_child("entry");
      entry.append_child(shape.key_wire.empty() ? "key" : shape.key_wire.c_str()).text().set(key.c_str());
      encode_xml(shape.element.front(), element,
                 entry.append_child(shape.value_wire.empty() ? "value" : shape.value_wire.c_str()));
    }
  } else {
    node.text().set(scalar_text(shape, value, Shape::Kind::kIsoInstant).c_str());
  }
}

void load_xml(pugi::xml_document& document, const std::string& body) {
  const auto result = document.load_buffer(body.data(), body.size());
  if (!result) throw std::runtime_error(std::string("the answer is no XML: ") + result.description());
}

}  // namespace tidegate::aws
