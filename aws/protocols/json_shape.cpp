#include "aws/protocols/json_shape.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "aws/protocols/scalars.h"
#include "services/json_reader.h"
#include "services/json_text.h"

namespace tidegate::aws {

using nlohmann::json;

namespace {

using Wire = simdjson::dom::element;
using WireType = simdjson::dom::element_type;

/// The way to a value, put into words only for who made a mistake.
struct Path {
  const Path* parent;
  std::string_view name;

  std::string text() const {
    if (parent == nullptr) return std::string(name);
    return parent->text().append(name == "[]" ? "" : ".").append(name);
  }
};

void check_members(const Shape& shape, const json& value, const Path& path) {
  if (shape.kind == Shape::Kind::kList) {
    if (!value.is_array()) throw std::logic_error(path.text() + " takes a list");
    for (const auto& element : value) check_members(shape.element.front(), element, {&path, "[]"});
    return;
  }
  if (shape.kind == Shape::Kind::kMap) {
    if (!value.is_object()) throw std::logic_error(path.text() + " takes a map");
    for (const auto& [key, element] : value.get_ref<const json::object_t&>()) {
      check_members(shape.element.front(), element, path);
    }
    return;
  }
  if (shape.kind != Shape::Kind::kStruct) return;
  if (!value.is_object()) throw std::logic_error(path.text() + " takes an object");
  for (const auto& [name, member_value] : value.get_ref<const json::object_t&>()) {
    const auto* member = shape.find(name);
    if (member == nullptr) throw std::logic_error(path.text() + " has no member " + name);
    if (!member_value.is_null()) check_members(member->shape, member_value, {&path, name});
  }
  for (const auto& member : shape.members) {
    if (!member.required) continue;
    const auto found = value.find(member.name);
    if (found == value.end() || found->is_null()) {
      throw std::logic_error(path.text() + " needs member " + member.name);
    }
  }
}

void append_json(std::string& text, const Shape& shape, const json& value);

void append_string(std::string& text, const json& value) {
  append_json_string(text, value.get_ref<const std::string&>(), BadUtf8::kRefused);
}

void append_instant(std::string& text, const json& value) {
  const auto seconds = value.get<double>();
  if (std::floor(seconds) == seconds) {
    text += std::to_string(static_cast<std::int64_t>(seconds));
  } else {
    append_json_number(text, seconds);
  }
}

void append_scalar(std::string& text, const Shape& shape, const json& value) {
  switch (shape.kind) {
    case Shape::Kind::kBlob:
      return append_json_string(text, base64_encode(value.get_ref<const std::string&>()));
    case Shape::Kind::kIsoInstant:
      return append_json_string(text, iso_instant(value.get<double>()));
    case Shape::Kind::kInstant:
    case Shape::Kind::kEpochInstant:
      return append_instant(text, value);
    default:
      if (value.is_string()) return append_string(text, value);
      if (value.is_boolean()) {
        text += value.get<bool>() ? "true" : "false";
      } else {
        text += value.dump();
      }
  }
}

/// `{"name":value,...}` of the members that `shape_of` (name -> name on the wire and shape, or nothing)
/// knows.
template <class ShapeOf>
void append_object(std::string& text, const json& value, ShapeOf shape_of) {
  text += '{';
  bool first = true;
  for (const auto& [name, member] : value.get_ref<const json::object_t&>()) {
    const auto [wire, shape] = shape_of(name, member);
    if (shape == nullptr) continue;
    if (!first) text += ',';
    first = false;
    append_json_string(text, wire, BadUtf8::kRefused);
    text += ':';
    append_json(text, *shape, member);
  }
  text += '}';
}

void append_json(std::string& text, const Shape& shape, const json& value) {
  using Named = std::pair<std::string_view, const Shape*>;
  switch (shape.kind) {
    case Shape::Kind::kStruct:
      return append_object(text, value, [&shape](const std::string& name, const json& member_value) -> Named {
        const auto* member = member_value.is_null() ? nullptr : shape.find(name);
        return member == nullptr ? Named() : Named(member->wire_or_name(), &member->shape);
      });
    case Shape::Kind::kMap:
      return append_object(text, value, [&shape](const std::string& name, const json&) -> Named {
        return {name, &shape.element.front()};
      });
    case Shape::Kind::kList: {
      text += '[';
      bool first = true;
      for (const auto& item : value) {
        if (!first) text += ',';
        first = false;
        append_json(text, shape.element.front(), item);
      }
      text += ']';
      return;
    }
    default:
      append_scalar(text, shape, value);
  }
}

/// Any JSON as it stands.
json document_of(Wire wire) {
  switch (wire.type()) {
    case WireType::ARRAY: {
      json list = json::array();
      for (const Wire item : wire.get_array()) list.push_back(document_of(item));
      return list;
    }
    case WireType::OBJECT: {
      json object = json::object();
      for (const auto field : wire.get_object()) object[std::string(field.key)] = document_of(field.value);
      return object;
    }
    case WireType::INT64: {
      const std::int64_t number = wire.get_int64();
      // As nlohmann's own parser has it.
      return number < 0 ? json(number) : json(static_cast<std::uint64_t>(number));
    }
    case WireType::UINT64:
      return json(wire.get_uint64().value());
    case WireType::DOUBLE:
      return json(wire.get_double().value());
    case WireType::STRING:
      return json(std::string(wire.get_string().value()));
    case WireType::BOOL:
      return json(wire.get_bool().value());
    case WireType::NULL_VALUE:
      break;
  }
  return {};
}

json scalar_of(const Shape& shape, Wire wire) {
  switch (shape.kind) {
    case Shape::Kind::kBlob:
      if (!wire.is_string()) throw std::runtime_error("the answer holds no text where bytes belong");
      return base64_decode(wire.get_string().value());
    case Shape::Kind::kInstant:
    case Shape::Kind::kIsoInstant:
    case Shape::Kind::kEpochInstant:
      return wire.is_string() ? json(parse_instant(wire.get_string().value())) : document_of(wire);
    default:
      return document_of(wire);
  }
}

const Member* body_member(const Shape& shape, std::string_view wire_name) {
  for (const auto& member : shape.members) {
    if (member.location == Location::kBody && member.wire_or_name() == wire_name) return &member;
  }
  return nullptr;
}

json value_of(const Shape& shape, Wire wire) {
  switch (shape.kind) {
    case Shape::Kind::kStruct: {
      if (!wire.is_object()) throw std::runtime_error("the answer holds no JSON object where one belongs");
      json::object_t object;
      for (const auto field : wire.get_object()) {
        const auto* member = field.value.is_null() ? nullptr : body_member(shape, field.key);
        if (member != nullptr) object.insert_or_assign(member->name, value_of(member->shape, field.value));
      }
      return object;
    }
    case Shape::Kind::kMap: {
      if (!wire.is_object()) throw std::runtime_error("the answer holds no JSON map where one belongs");
      json::object_t object;
      for (const auto field : wire.get_object()) {
        object.insert_or_assign(std::string(field.key), value_of(shape.element.front(), field.value));
      }
      return object;
    }
    case Shape::Kind::kList: {
      if (!wire.is_array()) throw std::runtime_error("the answer holds no JSON list where one belongs");
      json list = json::array();
      for (const Wire item : wire.get_array()) list.push_back(value_of(shape.element.front(), item));
      return list;
    }
    default:
      return scalar_of(shape, wire);
  }
}

}  // namespace

void check_parameters(const Operation& operation, const json& parameters) {
  const Path service{nullptr, operation.service->row().id};
  check_members(operation.input, parameters, {&service, operation.name});
}

std::string encode_json(const Shape& shape, const json& value) {
  std::string text;
  append_json(text, shape, value);
  return text;
}

json decode_json(const Shape& shape, std::string_view body) {
  const JsonReader reader(body);
  return value_of(shape, reader.root());
}

}  // namespace tidegate::aws
