#pragma once

#include <memory>
#include <string>

#include "aws/credentials/provider.h"
#include "aws/environment.h"

namespace tidegate::aws {

/// The sources in the AWS SDKs' order: environment, profile.
std::unique_ptr<CredentialsSource> default_chain(const Environment& environment, const std::string& profile);

}  // namespace tidegate::aws
