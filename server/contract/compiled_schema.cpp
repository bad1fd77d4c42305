#include "server/contract/compiled_schema.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "server/contract/explain.h"

namespace tidegate::contract {

namespace {

using nlohmann::json;

constexpr std::size_t kSchemaDepthMax = 32;
constexpr std::size_t kPatternTextMax = 4096;  // std::regex recurses once a character

// Both drafts mean the same by these; of what is new in OpenAPI 3.1's 2020-12, valijson knows nothing.
constexpr std::array<std::string_view, 26> kChecked = {"type",          "enum",
                                                       "const",         "minimum",
                                                       "maximum",       "exclusiveMinimum",
                                                       "multipleOf",    "minLength",
                                                       "maxLength",     "pattern",
                                                       "minItems",      "exclusiveMaximum",
                                                       "maxItems",      "uniqueItems",
                                                       "items",         "contains",
                                                       "minProperties", "additionalProperties",
                                                       "maxProperties", "propertyNames",
                                                       "properties",    "required",
                                                       "allOf",         "anyOf",
                                                       "oneOf",         "not"};
constexpr std::array<std::string_view, 7> kAnnotations = {"description", "title",  "default",   "example",
                                                          "examples",    "format", "deprecated"};

template <class Names>
bool holds(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

json resolve(const json& document, const json& node, std::size_t depth);

json resolve_keyword(const json& document, const std::string& keyword, const json& value, std::size_t depth) {
  if (keyword == "properties") {
    json resolved = json::object();
    for (const auto& [name, schema] : value.items()) resolved[name] = resolve(document, schema, depth + 1);
    return resolved;
  }
  if (keyword == "allOf" || keyword == "anyOf" || keyword == "oneOf") {
    json resolved = json::array();
    for (const json& schema : value) resolved.push_back(resolve(document, schema, depth + 1));
    return resolved;
  }
  const bool one_schema = keyword == "items" || keyword == "not" || keyword == "contains" ||
                          keyword == "propertyNames" || keyword == "additionalProperties";
  return one_schema ? resolve(document, value, depth + 1) : value;
}

json resolve(const json& document, const json& node, std::size_t depth) {
  if (depth > kSchemaDepthMax) throw std::runtime_error("contract: a schema refers to itself or is too deep");
  const json& target = resolve_reference(document, node);
  if (target.is_boolean()) return target;
  json resolved = json::object();
  for (const auto& [keyword, value] : target.items()) {
    if (holds(kAnnotations, keyword)) continue;
    if (!holds(kChecked, keyword)) {
      throw std::runtime_error("contract: the schema keyword '" + keyword + "' would not be checked");
    }
    resolved[keyword] = resolve_keyword(document, keyword, value, depth);
  }
  if (resolved.contains("pattern") && resolved.value("maxLength", kPatternTextMax + 1) > kPatternTextMax) {
    throw std::runtime_error("contract: the pattern " + resolved["pattern"].dump() +
                             " needs a maxLength of at most " + std::to_string(kPatternTextMax));
  }
  return resolved;
}

}  // namespace

const json& resolve_reference(const json& document, const json& node) {
  const json* target = &node;
  for (std::size_t hops = 0; target->is_object() && target->contains("$ref"); ++hops) {
    const auto reference = target->at("$ref").get<std::string>();
    if (hops > kSchemaDepthMax) throw std::runtime_error("contract: " + reference + " refers to itself");
    if (reference.rfind("#/", 0) != 0) {
      throw std::runtime_error("contract: " + reference + " is not a place in this document");
    }
    const json::json_pointer pointer(reference.substr(1));
    if (!document.contains(pointer)) throw std::runtime_error("contract: nothing stands at " + reference);
    target = &document.at(pointer);
  }
  return *target;
}

struct CompiledSchema::Parts {
  json resolved;
  valijson::Schema schema;
};

CompiledSchema::CompiledSchema(const json& document, const json& schema) : parts_(std::make_unique<Parts>()) {
  parts_->resolved = resolve(document, schema, 0);
  valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(parts_->resolved), parts_->schema);
}

CompiledSchema::~CompiledSchema() = default;
CompiledSchema::CompiledSchema(CompiledSchema&&) noexcept = default;
CompiledSchema& CompiledSchema::operator=(CompiledSchema&&) noexcept = default;

bool CompiledSchema::accepts(const json& value) const {
  // A validator holds nothing but the regular expressions compiled so far, which it changes without a lock.
  static thread_local valijson::Validator validator;
  // Without results it stops at the first violation, and a length is looked at before a pattern is matched.
  return validator.validate(parts_->schema, valijson::adapters::NlohmannJsonAdapter(value), nullptr);
}

std::vector<FieldError> CompiledSchema::check(const json& value, const std::string& pointer) const {
  if (accepts(value)) return {};
  return explain_violations(parts_->resolved, value, pointer);
}

const json& CompiledSchema::resolved() const { return parts_->resolved; }

}  // namespace tidegate::contract
