#include "aws/operations/operation.h"

#include <stdexcept>

namespace tidegate::aws {

Service::Service(ServiceRow row, std::vector<OperationRow> operations) : row_(std::move(row)) {
  for (auto& from : operations) {
    auto& operation = operations_.emplace_back();
    operation.service = this;
    operation.name = std::move(from.name);
    operation.method = std::move(from.method);
    operation.path = std::move(from.path);
    operation.effect = from.effect;
    operation.input = parse_shape(from.input);
    operation.output = parse_shape(from.output);
    operation.xml_root = std::move(from.xml_root);
    operation.idempotency_token = std::move(from.idempotency_token);
    operation.pages = std::move(from.pages);
    operation.retried = std::move(from.retried);
    operation.iam = std::move(from.iam);
    by_name_.emplace(operation.name, &operation);
  }
}

const Operation& Service::operation(std::string_view name) const {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) {
    throw std::logic_error("no row for " + row_.id + " " + std::string(name) + " in the table of operations");
  }
  return *found->second;
}

}  // namespace tidegate::aws
