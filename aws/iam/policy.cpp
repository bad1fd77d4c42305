#include "aws/iam/policy.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "services/error.h"

namespace tidegate::aws {

using nlohmann::json;

namespace {

/// The ARN template with what is known filled in.
std::string resource_of(const std::string& pattern, const PolicyScope& scope) {
  std::string resource;
  for (std::size_t at = 0; at < pattern.size();) {
    const auto open = pattern.find('{', at);
    resource += pattern.substr(at, open - at);
    if (open == std::string::npos) break;
    const auto close = pattern.find('}', open);
    const auto name = pattern.substr(open + 1, close - open - 1);
    const auto known = scope.names.find(name);
    if (name == "partition") {
      resource += scope.partition;
    } else if (name == "account") {
      resource += scope.account;
    } else if (name == "region") {
      resource += scope.region;
    } else {
      resource += known == scope.names.end() ? "*" : known->second;
    }
    at = close + 1;
  }
  return resource;
}

}  // namespace

json iam_policy(const std::vector<Feature>& features, const PolicyScope& scope) {
  std::map<std::string, std::set<std::string>> actions_by_resource;
  for (const auto& feature : features) {
    for (const auto* operation : feature.operations) {
      auto& actions = actions_by_resource[resource_of(operation->iam.resource, scope)];
      actions.insert(operation->iam.action);
      actions.insert(operation->iam.also.begin(), operation->iam.also.end());
    }
  }
  json statements = json::array();
  for (const auto& [resource, actions] : actions_by_resource) {
    statements.push_back({{"Effect", "Allow"}, {"Action", actions}, {"Resource", resource}});
  }
  json policy = {{"Version", "2012-10-17"}};
  policy["Statement"] = std::move(statements);
  return policy;
}

std::vector<Feature> features_named(const std::vector<std::string>& names) {
  const auto all = all_features();
  std::vector<Feature> chosen;
  for (const auto& name : names) {
    const auto found = std::ranges::find(all, name, &Feature::name);
    if (found == all.end()) {
      std::string known;
      for (const auto& feature : all) known += (known.empty() ? "" : ", ") + feature.name;
      throw InvalidRequest("there is no feature \"" + name + "\"; there are " + known);
    }
    chosen.push_back(*found);
  }
  return chosen;
}

}  // namespace tidegate::aws
