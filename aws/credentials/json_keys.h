#pragma once

#include <string>

#include "aws/credentials/credentials.h"

namespace tidegate::aws {

/// Keys as metadata endpoints and processes write them: AccessKeyId, SecretAccessKey, Token or SessionToken,
/// Expiration, AccountId. Throws CredentialsFailure, in the name of `source`, where they are not there.
Credentials parse_json_keys(const std::string& text, const std::string& source);

}  // namespace tidegate::aws
