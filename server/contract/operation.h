#pragma once

#include <cstddef>
#include <limits>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "server/contract/compiled_schema.h"
#include "server/contract/parameter.h"

namespace tidegate::contract {

/// A body's limit where an operation names none (`x-body-limit-bytes`): the transport's own holds.
inline constexpr std::size_t kNoBodyLimit = std::numeric_limits<std::size_t>::max();

/// What an operation that takes no body lets arrive all the same, so that the answer can say why it is
/// refused.
inline constexpr std::size_t kUnwantedBodyLimitBytes = 16 << 10;

/// One operation of openapi/tidegate.yaml, with all that stands before its handler.
struct Operation {
  std::size_t index = 0;  ///< its place in Contract::operations()
  std::string id;         ///< operationId
  std::string method;     ///< "GET", "POST"
  std::string route;      ///< the path template
  std::string scope;      ///< what the caller must have; empty = open to everyone
  std::vector<Parameter> path = {};
  std::vector<Parameter> query = {};
  std::vector<Parameter> headers = {};        ///< without X-Request-Id and traceparent, which are never wrong
  std::vector<std::string> query_names = {};  ///< for suggestions
  std::optional<CompiledSchema> body = {};    ///< null where it takes none; application/json otherwise
  bool body_required = false;
  std::size_t body_limit_bytes = kUnwantedBodyLimitBytes;
  bool takes_idempotency_key = false;
  bool takes_prefer = false;
};

/// Every operation of the document. Throws std::runtime_error, naming the operation, for what the service
/// would not honour: an unknown parameter style, an alternative body, more than one scope.
std::vector<Operation> read_operations(const nlohmann::json& document);

}  // namespace tidegate::contract
