#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "aws/iam/features.h"

namespace tidegate::aws {

/// What is known of the place that a policy is for; what is not known becomes "*".
struct PolicyScope {
  std::string partition = "aws";
  std::string account = "*";
  std::string region = "*";
  /// Names or ARNs of resources by the request member that carries them: {"TableName", {"tidegate"}},
  /// {"RoleArn", {"arn:aws:iam::1:role/x", ...}}.
  std::map<std::string, std::vector<std::string>> names = {};
};

/// The IAM policy that allows what the features call and nothing else: one statement a set of resources,
/// actions sorted. Made from the table of operations.
nlohmann::json iam_policy(const std::vector<Feature>& features, const PolicyScope& scope);

/// The features of these names. Throws InvalidRequest, naming those that exist, for one that does not.
std::vector<Feature> features_named(const std::vector<std::string>& names);

}  // namespace tidegate::aws
