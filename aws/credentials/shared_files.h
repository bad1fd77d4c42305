#pragma once

#include <map>
#include <optional>
#include <string>

#include "aws/environment.h"

namespace tidegate::aws {

/// One section's settings; the nested ones of `[services x]` are under "service.key".
using ProfileSettings = std::map<std::string, std::string>;

/// AWS's shared configuration and credentials files, merged as the SDKs do: for one profile and key the
/// credentials file wins.
struct SharedFiles {
  std::map<std::string, ProfileSettings> profiles;
  std::map<std::string, ProfileSettings> services;  ///< `[services NAME]` of the configuration file

  const ProfileSettings* profile(const std::string& name) const;
};

/// A profile's setting, or null.
std::optional<std::string> setting(const ProfileSettings& profile, const std::string& key);

/// Reads the files that AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name (default ~/.aws/config,
/// ~/.aws/credentials); a file that is not there is empty. Throws CredentialsFailure with file and line where
/// one can't be read as what it should be.
SharedFiles load_shared_files(const Environment& environment);

/// AWS_PROFILE, or "default".
std::string profile_name(const Environment& environment, const std::string& configured);

}  // namespace tidegate::aws
