#pragma once

#include <memory>
#include <string>

#include "aws/credentials/provider.h"
#include "aws/credentials/sts_sources.h"
#include "aws/environment.h"

namespace tidegate::aws {

/// The sources in the order of the AWS SDKs' reference guide: environment, web identity
/// (AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN), profile, container, instance metadata. A `profile` that
/// configuration names is meant: then the two of the environment are not asked.
std::unique_ptr<CredentialsSource> default_chain(const Environment& environment, const std::string& profile,
                                                 StsAccess sts);

}  // namespace tidegate::aws
