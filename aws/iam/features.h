#pragma once

#include <string>
#include <vector>

#include "aws/operations/operation.h"

namespace tidegate::aws {

/// A part of tidegate that an operator may switch on, and the AWS operations that it calls.
struct Feature {
  std::string name;         ///< "scaling"
  std::string description;  ///< one line for `tidegate iam-policy --list`
  std::vector<const Operation*> operations;
  /// Those of them that are called with the role of the account that a request names.
  std::vector<const Operation*> with_role = {};
};

/// Every feature, in the order they are described in docs.
std::vector<Feature> all_features();

}  // namespace tidegate::aws
