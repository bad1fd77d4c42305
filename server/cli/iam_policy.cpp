#include "server/cli/iam_policy.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/client/endpoint.h"
#include "aws/iam/policy.h"
#include "server/platform.h"

namespace tidegate::cli {

namespace {

using aws::AccountConfig;

constexpr std::size_t kNameWidth = 14;

std::vector<std::string> features_in_use(const config::LoadedConfig& loaded) {
  const config::Config& config = loaded.config;
  std::vector<std::string> features;
  if (config.state.backend == config::StateBackend::kDynamodb) features.emplace_back("state");
  if (config.platform == config::Platform::kAws) {
    features.insert(features.end(), {"scaling", "spot"});
    if (config.aws.email.configured()) features.emplace_back("alerts-email");
    if (config.aws.sms.configured()) features.emplace_back("alerts-sms");
    const auto has_role = [](const AccountConfig& account) { return !account.role.empty(); };
    if (std::ranges::any_of(config.aws.accounts, has_role)) features.emplace_back("accounts");
  }
  if (!loaded.aws_references.empty()) features.emplace_back("references");
  return features;
}

/// What the role of an account of the configuration is taken on for.
std::vector<aws::Feature> features_with_role() {
  std::vector<aws::Feature> features;
  for (auto feature : aws::all_features()) {
    if (feature.with_role.empty()) continue;
    feature.operations = feature.with_role;
    features.push_back(std::move(feature));
  }
  return features;
}

/// The names behind references: "secret:name#key" is name.
std::vector<std::string> referenced(const std::vector<std::string>& references, const std::string& scheme) {
  std::vector<std::string> names;
  for (const auto& reference : references) {
    if (!reference.starts_with(scheme)) continue;
    names.push_back(reference.substr(scheme.size()));
    if (scheme == "secret:") names.back().resize(std::min(names.back().rfind('#'), names.back().size()));
  }
  return names;
}

aws::PolicyScope scope_of(const config::LoadedConfig& loaded, const PolicyOrder& order,
                          const AccountConfig* account) {
  const auto& platform = loaded.config.aws;
  aws::PolicyScope scope;
  const auto& region = order.region.empty() ? platform.aws.region : order.region;
  scope.partition = aws::partition_of(region).name;
  if (!order.region.empty()) scope.region = order.region;
  if (!order.account.empty()) scope.account = account == nullptr ? order.account : account->id;

  scope.names["TableName"] = {state_table(loaded.config).table};
  for (const auto& function : {platform.demand_forecaster.function, platform.price_predictor.function}) {
    if (!function.empty()) scope.names["FunctionName"].push_back(function);
  }
  for (const auto& configured : platform.accounts) {
    if (configured.role.empty()) continue;
    scope.names["RoleArn"].push_back(aws::role_arn(configured, platform.aws.region));
  }
  scope.names["ConfigurationSetName"] = {platform.email.configuration_set};
  scope.names["Name"] = referenced(loaded.aws_references, "ssm:");
  scope.names["SecretId"] = referenced(loaded.aws_references, "secret:");
  return scope;
}

const AccountConfig* account_named(const std::vector<AccountConfig>& accounts, const std::string& name) {
  for (const auto& account : accounts) {
    if (!name.empty() && (account.id == name || account.alias == name)) return &account;
  }
  return nullptr;
}

void require_account_id(const std::string& account) {
  const bool id = account.size() == 12 && account.find_first_not_of("0123456789") == std::string::npos;
  if (!id)
    throw InvalidRequest("\"" + account + "\" is no account of the configuration and no id of twelve digits");
}

}  // namespace

std::string iam_policy(config::Sources sources, const PolicyOrder& order) {
  for (const std::string scheme : {"ssm", "secret"}) {
    sources.resolvers[scheme] = [scheme](const std::string& name) {
      return "${" + scheme + ":" + name + "}";
    };
  }
  const auto loaded = config::load_part(sources, {"platform", "state", "aws", "accounts", "alerts"});
  const auto* account = account_named(loaded->config.aws.accounts, order.account);
  if (account == nullptr && !order.account.empty()) require_account_id(order.account);

  const auto names = order.features.empty() ? features_in_use(*loaded) : order.features;
  const bool of_a_role = account != nullptr && order.features.empty();
  const auto features = of_a_role ? features_with_role() : aws::features_named(names);
  if (features.empty()) {
    throw InvalidRequest("this configuration calls nothing of AWS; name the --features that it is for");
  }
  const auto policy = aws::iam_policy(features, scope_of(*loaded, order, account));
  return policy.dump(2) + "\n";
}

std::string feature_list() {
  std::string list;
  for (const auto& feature : aws::all_features()) {
    std::string name = feature.name;
    name.resize(std::max(name.size() + 1, kNameWidth), ' ');
    list += name + feature.description + "\n";
  }
  return list;
}

}  // namespace tidegate::cli
