#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "aws/accounts/account_credentials.h"
#include "aws/accounts/accounts_config.h"
#include "aws/credentials/refreshing_credentials.h"
#include "aws/credentials/sts_sources.h"
#include "services/accounts/account_directory.h"

namespace tidegate::aws {

/// The accounts of the configuration: a directory for services, and for each account the keys of its role,
/// taken on with the service's own keys on first use and kept apart from every other account's. Without any
/// configured account the service's own is the only one.
class ConfiguredAccounts final : public AccountCredentials, public accounts::AccountDirectory {
 public:
  /// Throws InvalidRequest for an account that can't be (an id that is no id, an alias used twice, a role
  /// that is no role).
  ConfiguredAccounts(const std::vector<AccountConfig>& configured, std::string own_region,
                     std::shared_ptr<CredentialsProvider> own, const StsAccess& sts,
                     const RefreshPolicy& refresh);

  CredentialsProvider& of(const std::string& account) override;
  const std::vector<accounts::Account>& accounts() const override { return directory_; }
  const accounts::Account& find(const std::string& account) const override;

 private:
  std::vector<accounts::Account> directory_;
  std::vector<std::shared_ptr<CredentialsProvider>> providers_;  ///< in the order of directory_
  std::unordered_map<std::string, std::size_t> by_name_;         ///< id and alias -> index
  std::shared_ptr<CredentialsProvider> own_;
  accounts::Account own_account_;
};

}  // namespace tidegate::aws
