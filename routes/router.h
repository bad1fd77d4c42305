#pragma once

#include <functional>
#include <map>
#include <string>

#include "routes/call.h"

namespace tidegate::routes {

/// The handlers by operationId. Filled once at start, before the first request; server/contract checks it
/// against openapi/tidegate.yaml, so that neither has what the other lacks.
class Routes {
 public:
  /// Throws std::logic_error where the operation already has a handler.
  void on(const std::string& operation_id, Handler handler);
  /// Null where there is none.
  const Handler* find(std::string_view operation_id) const;

  auto begin() const { return handlers_.begin(); }
  auto end() const { return handlers_.end(); }

 private:
  std::map<std::string, Handler, std::less<>> handlers_;
};

}  // namespace tidegate::routes
