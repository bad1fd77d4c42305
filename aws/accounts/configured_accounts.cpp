#include "aws/accounts/configured_accounts.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "aws/client/endpoint.h"

namespace tidegate::aws {

namespace {

bool only(std::string_view text, std::string_view allowed) {
  return text.find_first_not_of(allowed) == std::string_view::npos;
}

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kAliasCharacters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void check(const AccountConfig& account) {
  if (account.id.size() != 12 || !only(account.id, kDigits)) {
    throw InvalidRequest("accounts: \"" + account.id + "\" is no AWS account id of twelve digits");
  }
  const bool looks_like_an_id = !account.alias.empty() && only(account.alias, kDigits);
  if (account.alias.size() > 64 || !only(account.alias, kAliasCharacters) || looks_like_an_id) {
    throw InvalidRequest("accounts: alias \"" + account.alias +
                         "\" must be letters, digits, - and _, and no number");
  }
}

RoleRequest role_of(const AccountConfig& account, const std::string& region) {
  RoleRequest role;
  role.role_arn = role_arn(account, region);
  if (!account.session_name.empty()) role.session_name = account.session_name;
  role.external_id = account.external_id;
  role.session_tags = account.session_tags;
  role.duration = std::chrono::seconds(account.session_seconds);
  role.check();
  return role;
}

}  // namespace

std::string role_arn(const AccountConfig& account, const std::string& region) {
  if (account.role.starts_with("arn:")) return account.role;
  return "arn:" + std::string(partition_of(region).name) + ":iam::" + account.id + ":role/" + account.role;
}

void require_valid(const std::vector<AccountConfig>& accounts) {
  std::set<std::string> names;
  for (const auto& account : accounts) {
    check(account);
    if (!account.role.empty()) {
      role_of(account, account.regions.empty() ? std::string() : account.regions.front());
    }
    for (const auto& name : {account.id, account.alias}) {
      if (!name.empty() && !names.insert(name).second) {
        throw InvalidRequest("accounts: \"" + name + "\" is there twice");
      }
    }
  }
}

ConfiguredAccounts::ConfiguredAccounts(const std::vector<AccountConfig>& configured, std::string own_region,
                                       std::shared_ptr<CredentialsProvider> own, const StsAccess& sts,
                                       const RefreshPolicy& refresh)
    : own_(std::move(own)) {
  own_account_.regions = {std::move(own_region)};
  require_valid(configured);
  for (const auto& account : configured) {
    accounts::Account entry{account.id, account.alias, account.regions};
    if (entry.regions.empty()) entry.regions = own_account_.regions;
    for (const auto& name : {account.id, account.alias}) {
      if (!name.empty()) by_name_.emplace(name, directory_.size());
    }
    if (account.role.empty()) {
      providers_.push_back(own_);
    } else {
      auto source = std::make_unique<AssumeRoleSource>(sts, own_, role_of(account, entry.regions.front()));
      providers_.push_back(
          std::make_shared<RefreshingCredentials>(std::move(source), *sts.clock, refresh, sts.random));
    }
    directory_.push_back(std::move(entry));
  }
  if (directory_.empty()) {
    directory_.push_back(own_account_);
    providers_.push_back(own_);
  }
}

CredentialsProvider& ConfiguredAccounts::of(const std::string& account) {
  if (account.empty()) return *own_;
  const auto found = by_name_.find(account);
  if (found == by_name_.end()) throw NotFound("no account \"" + account + "\" is configured");
  return *providers_[found->second];
}

const accounts::Account& ConfiguredAccounts::find(const std::string& account) const {
  if (account.empty()) return own_account_;
  const auto found = by_name_.find(account);
  if (found == by_name_.end()) throw NotFound("no account \"" + account + "\" is configured");
  return directory_[found->second];
}

}  // namespace tidegate::aws
