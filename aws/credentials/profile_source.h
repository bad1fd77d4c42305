#pragma once

#include "aws/credentials/provider.h"
#include "aws/environment.h"

namespace tidegate::aws {

/// A profile of the shared files with keys of its own (aws_access_key_id, aws_secret_access_key,
/// aws_session_token). The files are read at each fetch.
class ProfileKeysSource final : public CredentialsSource {
 public:
  /// `profile` empty = AWS_PROFILE, or "default".
  ProfileKeysSource(Environment environment, std::string profile)
      : environment_(std::move(environment)), profile_(std::move(profile)) {}
  std::string name() const override { return "profile " + profile_name_now(); }
  pplx::task<std::optional<Credentials>> fetch(Deadline deadline) override;

 private:
  std::string profile_name_now() const;
  Environment environment_;
  std::string profile_;
};

}  // namespace tidegate::aws
