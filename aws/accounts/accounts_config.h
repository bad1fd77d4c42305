#pragma once

#include <map>
#include <string>
#include <vector>

namespace tidegate::aws {

/// One entry of `accounts:`.
struct AccountConfig {
  std::string id;          ///< twelve digits
  std::string alias = {};  ///< letters, digits, - and _; unique; empty = known by its id only
  std::string role =
      {};  ///< ARN, or the role's name in that account; empty = the service's own keys reach it
  std::string external_id = {};   ///< what the account's trust policy asks for
  std::string session_name = {};  ///< empty = "tidegate"
  std::map<std::string, std::string> session_tags = {};
  std::vector<std::string> regions = {};  ///< empty = the service's own region
  int session_seconds = 3'600;  ///< 900..43200, as far as the role allows; 3600 at most where the service
                                ///< itself runs under a role
};

/// The ARN of the account's role; `region` tells the partition where the role is given by its name.
std::string role_arn(const AccountConfig& account, const std::string& region);

/// Throws InvalidRequest for an account that can't be: an id that is no id, an alias that looks like one, a
/// name used twice, a role or session that STS would refuse.
void require_valid(const std::vector<AccountConfig>& accounts);

}  // namespace tidegate::aws
