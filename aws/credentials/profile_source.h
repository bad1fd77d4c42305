#pragma once

#include "aws/credentials/provider.h"
#include "aws/credentials/sts_sources.h"
#include "aws/environment.h"

namespace tidegate::aws {

/// A profile of the shared files: a role with source_profile or credential_source, a role with
/// web_identity_token_file, keys, or a credential_process, in this order. The files are read at each fetch.
/// Roles that want an MFA code and sign-in sessions (IAM Identity Center, `aws login`) are refused with a
/// sentence that says so: a service can't answer a prompt.
class ProfileSource final : public CredentialsSource {
 public:
  /// `profile` empty = AWS_PROFILE, or "default".
  ProfileSource(Environment environment, std::string profile, StsAccess sts)
      : environment_(std::move(environment)), profile_(std::move(profile)), sts_(std::move(sts)) {}
  std::string name() const override;
  pplx::task<std::optional<Credentials>> fetch(Deadline deadline) override;

 private:
  Environment environment_;
  std::string profile_;
  StsAccess sts_;
};

}  // namespace tidegate::aws
