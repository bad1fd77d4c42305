#include "aws/protocols/json_shape.h"

#include <stdexcept>

#include "aws/protocols/scalars.h"

namespace tidegate::aws {

using nlohmann::json;

namespace {

void check_members(const Shape& shape, const json& value, const std::string& where) {
  if (shape.kind == Shape::Kind::kList) {
    if (!value.is_array()) throw std::logic_error(where + " takes a list");
    for (const auto& element : value) check_members(shape.element.front(), element, where + "[]");
    return;
  }
  if (shape.kind == Shape::Kind::kMap) {
    if (!value.is_object()) throw std::logic_error(where + " takes a map");
    for (const auto& [key, element] : value.items()) check_members(shape.element.front(), element, where);
    return;
  }
  if (shape.kind != Shape::Kind::kStruct) return;
  if (!value.is_object()) throw std::logic_error(where + " takes an object");
  for (const auto& [name, member_value] : value.items()) {
    const auto* member = shape.find(name);
    if (member == nullptr) throw std::logic_error(where + " has no member " + name);
    if (!member_value.is_null()) check_members(member->shape, member_value, where + "." + name);
  }
  for (const auto& member : shape.members) {
    const auto found = value.find(member.name);
    if (member.required && (found == value.end() || found->is_null())) {
      throw std::logic_error(where + " needs member " + member.name);
    }
  }
}

json encode_scalar(const Shape& shape, const json& value) {
  switch (shape.kind) {
    case Shape::Kind::kBlob:
      return base64_encode(value.get_ref<const std::string&>());
    case Shape::Kind::kIsoInstant:
      return iso_instant(value.get<double>());
    case Shape::Kind::kInstant:
    case Shape::Kind::kEpochInstant: {
      const auto seconds = value.get<double>();
      const auto whole = static_cast<std::int64_t>(seconds);
      return static_cast<double>(whole) == seconds ? json(whole) : json(seconds);
    }
    default:
      return value;
  }
}

json decode_scalar(const Shape& shape, json wire) {
  switch (shape.kind) {
    case Shape::Kind::kBlob:
      return base64_decode(wire.get_ref<const std::string&>());
    case Shape::Kind::kInstant:
    case Shape::Kind::kIsoInstant:
    case Shape::Kind::kEpochInstant:
      return wire.is_string() ? json(parse_instant(wire.get_ref<const std::string&>())) : wire;
    default:
      return wire;
  }
}

}  // namespace

void check_parameters(const Operation& operation, const json& parameters) {
  check_members(operation.input, parameters, operation.service->row().id + " " + operation.name);
}

json encode_json(const Shape& shape, const json& value) {
  if (shape.kind == Shape::Kind::kStruct) {
    json object = json::object();
    for (const auto& [name, member_value] : value.items()) {
      const auto* member = shape.find(name);
      if (member == nullptr || member_value.is_null()) continue;
      object[member->wire_or_name()] = encode_json(member->shape, member_value);
    }
    return object;
  }
  if (shape.kind == Shape::Kind::kList) {
    json list = json::array();
    for (const auto& element : value) list.push_back(encode_json(shape.element.front(), element));
    return list;
  }
  if (shape.kind == Shape::Kind::kMap) {
    json map = json::object();
    for (const auto& [key, element] : value.items()) map[key] = encode_json(shape.element.front(), element);
    return map;
  }
  return encode_scalar(shape, value);
}

json decode_json(const Shape& shape, json wire) {
  if (shape.kind == Shape::Kind::kStruct) {
    if (!wire.is_object()) throw std::runtime_error("the answer holds no JSON object where one belongs");
    json object = json::object();
    for (const auto& member : shape.members) {
      if (member.location != Location::kBody) continue;
      const auto found = wire.find(member.wire_or_name());
      if (found == wire.end() || found->is_null()) continue;
      object[member.name] = decode_json(member.shape, std::move(*found));
    }
    return object;
  }
  if (shape.kind == Shape::Kind::kList) {
    if (!wire.is_array()) throw std::runtime_error("the answer holds no JSON list where one belongs");
    for (auto& element : wire) element = decode_json(shape.element.front(), std::move(element));
    return wire;
  }
  if (shape.kind == Shape::Kind::kMap) {
    if (!wire.is_object()) throw std::runtime_error("the answer holds no JSON map where one belongs");
    for (auto& element : wire) element = decode_json(shape.element.front(), std::move(element));
    return wire;
  }
  try {
    return decode_scalar(shape, std::move(wire));
  } catch (const json::exception& failure) {
    throw std::runtime_error(std::string("the answer holds a value of another type: ") + failure.what());
  }
}

}  // namespace tidegate::aws
