#include "server/contract/explain.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <regex>
#include <unordered_map>

namespace tidegate::contract {

namespace {

using nlohmann::json;
using Errors = std::vector<FieldError>;

constexpr std::size_t kShownBytesMax = 80;

/// What the caller sent, short enough for an answer.
std::string shortened(std::string_view text) {
  if (text.size() <= kShownBytesMax) return std::string(text);
  std::size_t cut = kShownBytesMax;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;  // not inside a character
  return std::string(text.substr(0, cut)) + "...";
}

std::string shown(const json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "an array";
  return value.is_string() ? "'" + shortened(value.get_ref<const std::string&>()) + "'" : value.dump();
}

bool matches(const std::string& text, const std::string& pattern) {
  // By pattern of the contract, so there are only a few. Compiling one takes far longer than matching it.
  static thread_local std::unordered_map<std::string, std::regex> compiled;
  auto found = compiled.find(pattern);
  if (found == compiled.end()) found = compiled.emplace(pattern, std::regex(pattern)).first;
  return std::regex_search(text, found->second);
}

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char byte) { return (byte & 0xC0) != 0x80; }));
}

std::string_view type_name(const json& value) {
  if (value.is_null()) return "null";
  if (value.is_boolean()) return "boolean";
  if (value.is_number_integer()) return "integer";
  if (value.is_number()) return "number";
  if (value.is_string()) return "string";
  return value.is_array() ? "array" : "object";
}

bool has_type(const json& value, const std::string& type) {
  return type_name(value) == type || (type == "number" && value.is_number());
}

std::string joined(const std::vector<std::string>& words, std::string_view last_separator) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? last_separator : ", ";
    text += words[i];
  }
  return text;
}

void explain(const json& schema, const json& value, const std::string& pointer, Errors& errors);

bool explain_type(const json& schema, const json& value, const std::string& pointer, Errors& errors) {
  const auto type = schema.find("type");
  if (type == schema.end()) return false;
  const auto allowed =
      type->is_array() ? type->get<std::vector<std::string>>() : std::vector{type->get<std::string>()};
  if (std::any_of(allowed.begin(), allowed.end(), [&](const auto& name) { return has_type(value, name); })) {
    return false;
  }
  errors.push_back(
      {"must be of type " + joined(allowed, " or ") + ", not " + std::string(type_name(value)), pointer});
  return true;
}

void explain_choice(const json& schema, const json& value, const std::string& pointer, Errors& errors) {
  if (const auto choices = schema.find("enum"); choices != schema.end()) {
    if (std::find(choices->begin(), choices->end(), value) == choices->end()) {
      std::vector<std::string> names;
      for (const json& choice : *choices) names.push_back(shown(choice));
      errors.push_back({shown(value) + " is not one of " + joined(names, " and "), pointer});
    }
  }
  if (const auto only = schema.find("const"); only != schema.end() && *only != value) {
    errors.push_back({"must be " + shown(*only), pointer});
  }
}

void explain_number(const json& schema, const json& value, const std::string& pointer, Errors& errors) {
  const double number = value.get<double>();
  const auto bound = [&](const char* keyword, auto violates, const char* words) {
    const auto limit = schema.find(keyword);
    if (limit != schema.end() && violates(number, limit->get<double>())) {
      errors.push_back({value.dump() + words + limit->dump(), pointer});
    }
  };
  bound("minimum", std::less<>(), " is below the minimum of ");
  bound("maximum", std::greater<>(), " is above the maximum of ");
  bound("exclusiveMinimum", std::less_equal<>(), " is not above ");
  bound("exclusiveMaximum", std::greater_equal<>(), " is not below ");
  bound(
      "multipleOf", [](double a, double b) { return std::remainder(a, b) != 0; }, " is no multiple of ");
}

void explain_text(const json& schema, const std::string& text, const std::string& pointer, Errors& errors) {
  const auto length = characters(text);
  const auto length_min = schema.value("minLength", std::size_t{0});
  if (length < length_min) {
    errors.push_back(
        {length == 0 ? "must not be empty" : "is shorter than " + std::to_string(length_min) + " characters",
         pointer});
  }
  const auto length_max = schema.find("maxLength");
  if (length_max != schema.end() && length > length_max->get<std::size_t>()) {
    errors.push_back({"is longer than " + length_max->dump() + " characters", pointer});
    return;
  }
  const auto pattern = schema.find("pattern");
  if (pattern != schema.end() && length >= length_min && !matches(text, pattern->get<std::string>())) {
    errors.push_back({shown(text) + " is not of the form " + pattern->get<std::string>(), pointer});
  }
}

void explain_array(const json& schema, const json& value, const std::string& pointer, Errors& errors) {
  if (value.size() < schema.value("minItems", std::size_t{0})) {
    errors.push_back({"has fewer than " + schema["minItems"].dump() + " items", pointer});
  }
  const auto items_max = schema.find("maxItems");
  if (items_max != schema.end() && value.size() > items_max->get<std::size_t>()) {
    errors.push_back({"has more than " + items_max->dump() + " items", pointer});
    return;
  }
  const auto items = schema.find("items");
  if (items == schema.end()) return;
  for (std::size_t i = 0; i < value.size() && errors.size() < kFieldErrorsMax; ++i) {
    explain(*items, value[i], append_pointer(pointer, std::to_string(i)), errors);
  }
}

void explain_object(const json& schema, const json& value, const std::string& pointer, Errors& errors) {
  if (value.size() < schema.value("minProperties", std::size_t{0})) {
    errors.push_back({"has fewer than " + schema["minProperties"].dump() + " members", pointer});
  }
  if (schema.contains("maxProperties") && value.size() > schema["maxProperties"].get<std::size_t>()) {
    errors.push_back({"has more than " + schema["maxProperties"].dump() + " members", pointer});
  }
  for (const json& name : schema.value("required", json::array())) {
    if (!value.contains(name.get<std::string>())) {
      errors.push_back({"is required", append_pointer(pointer, name.get<std::string>())});
    }
  }
  const json properties = schema.value("properties", json::object());
  const auto others = schema.find("additionalProperties");
  for (const auto& [name, member] : value.items()) {
    if (errors.size() >= kFieldErrorsMax) return;
    const auto member_pointer = append_pointer(pointer, name);
    if (const auto known = properties.find(name); known != properties.end()) {
      explain(*known, member, member_pointer, errors);
    } else if (others != schema.end() && others->is_object()) {
      explain(*others, member, member_pointer, errors);
    } else if (others != schema.end() && *others == false) {
      std::vector<std::string> names;
      for (const auto& property : properties.items()) names.push_back(property.key());
      const auto meant = nearest_name(name, names);
      errors.push_back({meant.empty() ? "unknown member" : "unknown member; did you mean '" + meant + "'?",
                        member_pointer});
    }
  }
}

void explain(const json& schema, const json& value, const std::string& pointer, Errors& errors) {
  if (errors.size() >= kFieldErrorsMax || explain_type(schema, value, pointer, errors)) return;
  explain_choice(schema, value, pointer, errors);
  if (value.is_number()) explain_number(schema, value, pointer, errors);
  if (value.is_string()) explain_text(schema, value.get_ref<const std::string&>(), pointer, errors);
  if (value.is_array()) explain_array(schema, value, pointer, errors);
  if (value.is_object()) explain_object(schema, value, pointer, errors);
}

/// Edits (insert, remove, change a character, swap two neighbours) from one word to the other.
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> before(to.size() + 1);
  std::vector<std::size_t> above(to.size() + 1);
  std::iota(above.begin(), above.end(), std::size_t{0});
  for (std::size_t i = 1; i <= from.size(); ++i) {
    std::vector<std::size_t> row(to.size() + 1, i);
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t changed = from[i - 1] == to[j - 1] ? 0 : 1;
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + changed});
      if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    before = std::move(above);
    above = std::move(row);
  }
  return above[to.size()];
}

}  // namespace

std::string append_pointer(std::string_view pointer, std::string_view token) {
  std::string appended(pointer);
  appended += '/';
  for (const char character : shortened(token)) {
    if (character == '~') {
      appended += "~0";
    } else if (character == '/') {
      appended += "~1";
    } else {
      appended += character;
    }
  }
  return appended;
}

std::vector<FieldError> explain_violations(const json& schema, const json& value,
                                           const std::string& pointer) {
  Errors errors;
  explain(schema, value, pointer, errors);
  if (errors.empty()) errors.push_back({"is not what the contract allows here", pointer});
  if (errors.size() > kFieldErrorsMax) errors.resize(kFieldErrorsMax);
  return errors;
}

std::string nearest_name(std::string_view name, const std::vector<std::string>& known) {
  constexpr std::size_t kNameCharactersMax = 64;  // the comparison is quadratic
  if (name.size() > kNameCharactersMax) return {};
  std::string nearest;
  std::size_t nearest_distance = std::max<std::size_t>(1, name.size() / 3) + 1;
  for (const auto& candidate : known) {
    const auto edits = distance(name, candidate);
    if (edits < nearest_distance) {
      nearest = candidate;
      nearest_distance = edits;
    }
  }
  return nearest;
}

}  // namespace tidegate::contract
