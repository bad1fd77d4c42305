#pragma once

#include <string>
#include <vector>

#include "server/config/loader.h"

namespace tidegate::cli {

/// What `tidegate iam-policy` is asked for.
struct PolicyOrder {
  std::vector<std::string> features = {};  ///< empty = those that the configuration uses
  std::string account = {};  ///< id, or an account of the configuration by id or alias; empty = every account
  std::string region = {};   ///< empty = every region
};

/// The policy as indented JSON with a newline. AWS is not asked: what is behind references stays unknown.
/// Throws ConfigError, and InvalidRequest for a feature that is not there or a configuration that calls no
/// AWS.
std::string iam_policy(config::Sources sources, const PolicyOrder& order);

/// "name   description", a line a feature.
std::string feature_list();

}  // namespace tidegate::cli
