#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "services/error.h"

namespace tidegate::contract {

/// A schema of the contract, ready to check values: references resolved, annotations dropped. Thread-safe.
class CompiledSchema {
 public:
  /// `schema` is a place in `document` (openapi.json). Throws std::runtime_error for a reference that leads
  /// nowhere or in a circle, for a keyword that would not be checked, and for a `pattern` without a
  /// `maxLength` to bound the cost of matching.
  CompiledSchema(const nlohmann::json& document, const nlohmann::json& schema);
  ~CompiledSchema();
  CompiledSchema(CompiledSchema&&) noexcept;
  CompiledSchema& operator=(CompiledSchema&&) noexcept;

  bool accepts(const nlohmann::json& value) const;
  /// What is wrong with a value, its parts named below `pointer`; empty where it is accepted.
  std::vector<FieldError> check(const nlohmann::json& value, const std::string& pointer) const;

  /// The schema without references.
  const nlohmann::json& resolved() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// `node`, or what its `$ref` names within `document`; follows references of references.
/// Throws std::runtime_error where one leads nowhere or in a circle.
const nlohmann::json& resolve_reference(const nlohmann::json& document, const nlohmann::json& node);

}  // namespace tidegate::contract
