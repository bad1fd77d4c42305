#pragma once

#include <pplx/pplxtasks.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "services/operations/operation.h"
#include "services/state/store.h"

namespace tidegate::operations {

struct OperationFilter {
  std::optional<std::string> kind;
  std::optional<OperationState> state;
  std::size_t limit = 20;  ///< 1..100
  std::string cursor;      ///< from the page before
};

struct OperationPage {
  std::vector<Operation> operations;  ///< newest first
  std::string next_cursor;            ///< empty = the end
};

/// A page of the operations that the filter lets through, over all shards. Short, with a cursor, where many
/// had to be looked through. Throws InvalidRequest for a cursor that is none, and as DocumentStore.
pplx::task<OperationPage> list_operations(std::shared_ptr<state::DocumentStore> store,
                                          OperationFilter filter);

}  // namespace tidegate::operations
