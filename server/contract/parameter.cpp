#include "server/contract/parameter.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>

#include "server/contract/explain.h"
#include "services/ascii.h"

namespace tidegate::contract {

namespace {

using nlohmann::json;
using routes::ParameterValue;

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return number;
}

std::optional<double> finite_number(std::string_view text) {
  const auto number = whole_number<double>(text);
  // from_chars also takes "inf" and "nan", which JSON has no word for.
  if (!number || !std::isfinite(*number)) return std::nullopt;
  return number;
}

std::vector<std::string> split_commas(const std::string& text) {
  std::vector<std::string> items;
  std::size_t start = 0;
  for (std::size_t comma; (comma = text.find(',', start)) != std::string::npos; start = comma + 1) {
    items.push_back(text.substr(start, comma - start));
  }
  items.push_back(text.substr(start));
  return items;
}

json to_json(const ParameterValue& value) {
  return std::visit([](const auto& typed) { return json(typed); }, value);
}

ParameterValue from_json(const json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_number()) return value.get<double>();
  if (value.is_string()) return value.get<std::string>();
  return value.get<std::vector<std::string>>();
}

}  // namespace

Parameter::Parameter(const json& document, const json& parameter)
    : name_(parameter.at("name").get<std::string>()),
      in_(parameter.at("in").get<std::string>()),
      required_(parameter.value("required", false)),
      empty_is_true_(parameter.value("allowEmptyValue", false)),
      schema_(document, parameter.at("schema")) {
  if (in_ == "header") name_ = lower_case(name_);
  pointer_ = append_pointer("#/" + in_, name_);
  const std::string type = schema_.resolved().value("type", "");
  if (type == "boolean") {
    type_ = Type::kBoolean;
  } else if (type == "integer") {
    type_ = Type::kInteger;
  } else if (type == "number") {
    type_ = Type::kNumber;
  } else if (type == "string") {
    type_ = Type::kString;
  } else if (type == "array" && parameter.value("style", "") == "form" && !parameter.value("explode", true)) {
    type_ = Type::kStrings;
  } else {
    throw std::runtime_error("contract: parameter '" + name_ + "' has no text form that is understood");
  }
  const json& schema = resolve_reference(document, parameter.at("schema"));
  if (schema.contains("default")) default_ = from_json(schema["default"]);
}

std::variant<ParameterValue, std::vector<FieldError>> Parameter::parse(const std::string& text) const {
  const auto wrong = [this](std::string detail) {
    return std::vector<FieldError>{{std::move(detail), pointer_}};
  };
  ParameterValue value;
  switch (type_) {
    case Type::kBoolean:
      if (text == "true" || (text.empty() && empty_is_true_)) {
        value = true;
      } else if (text == "false") {
        value = false;
      } else {
        return wrong("must be true or false");
      }
      break;
    case Type::kInteger: {
      const auto number = whole_number<std::int64_t>(text);
      if (!number) return wrong("must be an integer");
      value = *number;
      break;
    }
    case Type::kNumber: {
      const auto number = finite_number(text);
      if (!number) return wrong("must be a number");
      value = *number;
      break;
    }
    case Type::kString:
      value = text;
      break;
    case Type::kStrings:
      value = split_commas(text);
      break;
  }
  auto errors = schema_.check(to_json(value), pointer_);
  if (!errors.empty()) return errors;
  return value;
}

}  // namespace tidegate::contract
