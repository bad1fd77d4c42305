#include "aws/protocols/form.h"

#include "aws/protocols/scalars.h"
#include "aws/signing/uri_encoding.h"

namespace tidegate::aws {

using nlohmann::json;

namespace {

class FormWriter {
 public:
  explicit FormWriter(bool ec2) : ec2_(ec2) {}

  void write(const Shape& shape, const json& value, const std::string& prefix) {
    switch (shape.kind) {
      case Shape::Kind::kStruct:
        for (const auto& [name, member_value] : value.items()) {
          const auto* member = shape.find(name);
          if (member == nullptr || member_value.is_null()) continue;
          write(member->shape, member_value,
                prefix.empty() ? member->wire_or_name() : prefix + "." + member->wire_or_name());
        }
        return;
      case Shape::Kind::kList:
        write_list(shape, value, prefix);
        return;
      case Shape::Kind::kMap:
        write_map(shape, value, prefix);
        return;
      default:
        add(prefix, scalar_text(shape, value, Shape::Kind::kIsoInstant));
    }
  }

  void add(const std::string& name, const std::string& value) {
    if (!text_.empty()) text_ += '&';
    text_.append(uri_encode(name)).append("=").append(uri_encode(value));
  }

  std::string take() { return std::move(text_); }

 private:
  void write_list(const Shape& shape, const json& list, const std::string& prefix) {
    if (list.empty()) {
      // An empty list is sent as an empty value, so that it can clear what is there; ec2 has no such form.
      if (!ec2_) add(prefix, "");
      return;
    }
    std::string name = prefix;
    if (!ec2_ && !shape.flattened) {
      name.append(".").append(shape.element_wire.empty() ? "member" : shape.element_wire);
    } else if (!ec2_ && !shape.element_wire.empty()) {
      const auto dot = prefix.rfind('.');
      name = (dot == std::string::npos ? "" : prefix.substr(0, dot + 1)) + shape.element_wire;
    }
    std::size_t number = 0;
    for (const auto& element : list) {
      write(shape.element.front(), element, name + "." + std::to_string(++number));
    }
  }

  void write_map(const Shape& shape, const json& map, const std::string& prefix) {
    const std::string entries = shape.flattened ? prefix : prefix + ".entry";
    std::size_t number = 0;
    for (const auto& [key, value] : map.items()) {
      const std::string entry = entries + "." + std::to_string(++number) + ".";
      add(entry + (shape.key_wire.empty() ? "key" : shape.key_wire), key);
      write(shape.element.front(), value, entry + (shape.value_wire.empty() ? "value" : shape.value_wire));
    }
  }

  bool ec2_;
  std::string text_;
};

}  // namespace

std::string scalar_text(const Shape& shape, const json& value, Shape::Kind instant) {
  Shape::Kind kind = shape.kind == Shape::Kind::kInstant ? instant : shape.kind;
  switch (kind) {
    case Shape::Kind::kBlob:
      return base64_encode(value.get_ref<const std::string&>());
    case Shape::Kind::kInstant:
      return http_instant(value.get<double>());
    case Shape::Kind::kIsoInstant:
      return iso_instant(value.get<double>());
    case Shape::Kind::kEpochInstant:
      return std::to_string(static_cast<std::int64_t>(value.get<double>()));
    default:
      return value.is_string() ? value.get<std::string>() : value.dump();
  }
}

std::string encode_form(const Operation& operation, const json& parameters) {
  FormWriter writer(operation.service->row().protocol == Protocol::kEc2);
  writer.add("Action", operation.name);
  writer.add("Version", operation.service->row().api_version);
  writer.write(operation.input, parameters, "");
  return writer.take();
}

}  // namespace tidegate::aws
