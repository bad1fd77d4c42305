#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "aws/client/circuit_breaker.h"
#include "aws/client/endpoint.h"
#include "aws/client/retry.h"
#include "aws/credentials/refreshing_credentials.h"
#include "aws/http/curl_client.h"

namespace tidegate::aws {

/// A service that is called in another region than the caller's.
struct RegionOverride {
  std::string service;  ///< botocore's name, such as "pricing"
  std::string region;
};

/// Everything about talking to AWS. The environment and the shared files are read where a field is empty, in
/// the AWS SDKs' order.
struct AwsConfig {
  std::string region = {};   ///< empty = AWS_REGION, AWS_DEFAULT_REGION, the profile's `region`
  std::string profile = {};  ///< empty = AWS_PROFILE, "default"
  EndpointConfig endpoints = {};
  std::vector<RegionOverride> regions = {};
  RetryConfig retry = {};  ///< AWS_MAX_ATTEMPTS and AWS_RETRY_MODE change its defaults
  BreakerConfig breaker = {};
  RefreshPolicy refresh = {};
  CurlClientConfig http = {};
  std::size_t pages_max = 100;      ///< of one paginated read
  std::size_t items_max = 100'000;  ///< of one paginated read
};

/// `config` with what the environment and the profile add: region, endpoints, retry mode. Throws
/// CredentialsFailure or InvalidRequest where they say something that can't be.
AwsConfig resolve_config(AwsConfig config, const Environment& environment, const SharedFiles& files);

}  // namespace tidegate::aws
