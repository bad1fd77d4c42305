#include "aws/iam/policy.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "services/error.h"

namespace tidegate::aws {

using nlohmann::json;

namespace {

using Resources = std::vector<std::string>;

const std::vector<std::string>& values_of(const std::string& member, const PolicyScope& scope) {
  static const std::vector<std::string> kAny = {"*"};
  const auto known = scope.names.find(member);
  return known == scope.names.end() || known->second.empty() ? kAny : known->second;
}

/// `pattern` with each value in the place of {member}; a value that is an ARN is the resource itself, and one
/// that begins with a slash brings the slash before it along.
Resources with_member(const Resources& patterns, const std::string& member,
                      const std::vector<std::string>& values) {
  Resources filled;
  for (const auto& pattern : patterns) {
    for (const auto& value : values) {
      if (value.starts_with("arn:")) {
        filled.push_back(value);
        continue;
      }
      const auto at = pattern.find("{" + member + "}");
      const bool two_slashes = at > 0 && pattern[at - 1] == '/' && value.starts_with('/');
      filled.push_back(pattern.substr(0, at) + value.substr(two_slashes ? 1 : 0) +
                       pattern.substr(at + member.size() + 2));
    }
  }
  return filled;
}

/// An ARN template with what is known filled in: one resource for each known name.
Resources filled_in(const std::string& pattern, const PolicyScope& scope) {
  Resources resources = {pattern};
  for (auto open = pattern.find('{'); open != std::string::npos; open = pattern.find('{', open + 1)) {
    const auto member = pattern.substr(open + 1, pattern.find('}', open) - open - 1);
    if (member == "partition") {
      resources = with_member(resources, member, {scope.partition});
    } else if (member == "account") {
      resources = with_member(resources, member, {scope.account});
    } else if (member == "region") {
      resources = with_member(resources, member, {scope.region});
    } else {
      resources = with_member(resources, member, values_of(member, scope));
    }
  }
  return resources;
}

/// All resources of a grant, sorted. A further one whose name is known to be none is left out.
Resources resources_of(const IamGrant& grant, const PolicyScope& scope) {
  auto resources = filled_in(grant.resource, scope);
  for (const auto& pattern : grant.further_resources) {
    const auto more = filled_in(pattern, scope);
    std::ranges::copy_if(more, std::back_inserter(resources),
                         [](const std::string& resource) { return !resource.ends_with('/'); });
  }
  std::ranges::sort(resources);
  resources.erase(std::unique(resources.begin(), resources.end()), resources.end());
  return resources;
}

}  // namespace

json iam_policy(const std::vector<Feature>& features, const PolicyScope& scope) {
  std::map<Resources, std::set<std::string>> actions_by_resource;
  for (const auto& feature : features) {
    for (const auto* operation : feature.operations) {
      auto& actions = actions_by_resource[resources_of(operation->iam, scope)];
      actions.insert(operation->iam.action);
      actions.insert(operation->iam.also.begin(), operation->iam.also.end());
    }
  }
  json statements = json::array();
  for (const auto& [resources, actions] : actions_by_resource) {
    json resource = resources.size() == 1 ? json(resources.front()) : json(resources);
    statements.push_back({{"Effect", "Allow"}, {"Action", actions}, {"Resource", std::move(resource)}});
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
