#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "routes/call.h"
#include "server/contract/compiled_schema.h"
#include "services/error.h"

namespace tidegate::contract {

/// One path, query or header parameter of an operation.
class Parameter {
 public:
  /// `parameter` is a Parameter Object of `document`. Throws std::runtime_error for one that is not
  /// understood (a style other than a comma separated form, a type that has no text form).
  Parameter(const nlohmann::json& document, const nlohmann::json& parameter);

  const std::string& name() const { return name_; }  ///< a header's in lower case
  const std::string& in() const { return in_; }      ///< "path", "query", "header"
  bool required() const { return required_; }
  /// Where its violations are: "#/query/limit".
  const std::string& pointer() const { return pointer_; }
  /// What an absent one counts as; null where the contract says nothing.
  const std::optional<routes::ParameterValue>& default_value() const { return default_; }

  /// The value that decoded text stands for, or what is wrong with it.
  std::variant<routes::ParameterValue, std::vector<FieldError>> parse(const std::string& text) const;

 private:
  enum class Type { kBoolean, kInteger, kNumber, kString, kStrings };

  std::string name_;
  std::string in_;
  std::string pointer_;
  bool required_ = false;
  bool empty_is_true_ = false;
  Type type_ = Type::kString;
  CompiledSchema schema_;
  std::optional<routes::ParameterValue> default_;
};

}  // namespace tidegate::contract
