#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "routes/call.h"
#include "server/contract/compiled_schema.h"
#include "services/error.h"

namespace tidegate::contract {

/// Holds answers to the contract, for tests and development: what a caller is promised is what it gets.
class AnswerCheck {
 public:
  /// Reads an OpenAPI document's JSON. Throws std::runtime_error as Contract does.
  explicit AnswerCheck(std::string_view openapi_json);
  ~AnswerCheck();

  /// What is wrong with an operation's answer, pointers below "#/status", "#/content-type", "#/header/..."
  /// and "#/body"; empty where nothing is. Required headers are looked for, X-Request-Id aside: the server
  /// adds it.
  std::vector<FieldError> check(const std::string& operation_id, const routes::Answer& answer) const;

 private:
  struct Response {
    std::map<std::string, std::optional<CompiledSchema>> content;  // by media type
    std::vector<std::string> required_headers;                     // lower case
  };

  static Response read_response(const nlohmann::json& document, const nlohmann::json& node);

  std::map<std::string, std::map<std::string, Response>> responses_;  // by operation, by status or "default"
};

}  // namespace tidegate::contract
