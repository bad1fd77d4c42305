#pragma once

#include <string>

#include "aws/credentials/provider.h"

namespace tidegate::aws {

/// Whose keys sign a call. Thread-safe.
class AccountCredentials {
 public:
  virtual ~AccountCredentials() = default;
  /// The provider of an account by alias or id; empty = the service's own. Throws NotFound for an account
  /// that is not configured.
  virtual CredentialsProvider& of(const std::string& account) = 0;
};

/// Only the service's own account.
class OwnAccount final : public AccountCredentials {
 public:
  explicit OwnAccount(CredentialsProvider& own) : own_(own) {}
  CredentialsProvider& of(const std::string& account) override {
    if (!account.empty()) throw NotFound("no account \"" + account + "\" is configured");
    return own_;
  }

 private:
  CredentialsProvider& own_;
};

}  // namespace tidegate::aws
