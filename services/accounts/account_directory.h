#pragma once

#include <string>
#include <vector>

namespace tidegate::accounts {

/// An AWS account that tidegate looks after.
struct Account {
  std::string id;     ///< twelve digits; empty where it is not known (the service's own, without `accounts:`)
  std::string alias;  ///< what people call it; unique; empty = the service's own
  std::vector<std::string> regions;  ///< where it is looked at; the first one is its default
};

/// Which accounts there are. Immutable after start. Thread-safe.
class AccountDirectory {
 public:
  virtual ~AccountDirectory() = default;
  /// The accounts in the order of the configuration; at least one.
  virtual const std::vector<Account>& accounts() const = 0;
  /// By alias or id; empty = the service's own. Throws NotFound.
  virtual const Account& find(const std::string& account) const = 0;
};

}  // namespace tidegate::accounts
