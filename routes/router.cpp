#include "routes/router.h"

#include <stdexcept>

namespace tidegate::routes {

void Routes::on(const std::string& operation_id, Handler handler) {
  if (!handlers_.emplace(operation_id, std::move(handler)).second) {
    throw std::logic_error("two handlers for operation '" + operation_id + "'");
  }
}

const Handler* Routes::find(std::string_view operation_id) const {
  const auto found = handlers_.find(operation_id);
  return found == handlers_.end() ? nullptr : &found->second;
}

}  // namespace tidegate::routes
