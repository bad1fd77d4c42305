#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "routes/call.h"
#include "routes/router.h"
#include "server/contract/operation.h"
#include "server/contract/path_tree.h"
#include "server/contract/target_memo.h"

namespace tidegate::contract {

/// Which operation a request is for, and what stood in its path.
struct Match {
  const Operation* operation = nullptr;          ///< lives as long as the Contract
  std::vector<std::string> path_values;          ///< decoded, in the order of the template; empty where known
  std::shared_ptr<const Understood> known = {};  ///< the target passed before
};

/// openapi/tidegate.yaml at work: it routes requests and refuses those that are not in it. Thread-safe once
/// bound.
class Contract {
 public:
  /// Reads an OpenAPI document's JSON (openapi::json()). Throws std::runtime_error for what it would not
  /// enforce.
  explicit Contract(std::string_view openapi_json);

  const std::vector<Operation>& operations() const { return operations_; }

  /// Takes the handlers over. Throws std::runtime_error naming every operation without a handler and every
  /// handler without an operation.
  void bind(const routes::Routes& routes);
  /// An operation's handler, once bound.
  const routes::Handler& handler(const Operation& operation) const { return handlers_.at(operation.index); }

  /// The operation of a request; HEAD finds GET's. `target` is the path and query as sent.
  /// Throws NotFound, MethodNotAllowed, and InvalidRequest for a path that can't be decoded.
  Match match(std::string_view method, std::string_view target) const;

  /// How long a request's body may be, in bytes, before anything else is known of it; kNoBodyLimit where the
  /// contract names none. Never throws.
  std::size_t body_limit_bytes(std::string_view method, std::string_view target) const noexcept;

  /// Holds a request to the contract. Reads the call's target, headers and raw_body; sets its operation_id,
  /// route, path, query, body and prefer_async. Throws InvalidRequest with every violation found (at most
  /// kFieldErrorsMax; pointers as in "#/query/limit", "#/header/idempotency-key", "#/body/nodegroups/0/name")
  /// and UnsupportedMediaType.
  void validate(const Match& match, routes::Call& call) const;

 private:
  std::vector<Operation> operations_;
  PathTree tree_;
  std::vector<std::map<std::string, std::size_t, std::less<>>> methods_;  // by path: method to operation
  std::vector<routes::Handler> handlers_;                                 // by operation
  mutable TargetMemo memo_;
};

}  // namespace tidegate::contract
