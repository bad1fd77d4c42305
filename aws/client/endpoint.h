#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/credentials/shared_files.h"
#include "aws/environment.h"
#include "aws/operations/operation.h"

namespace tidegate::aws {

/// A part of AWS with its own regions, names and identities (botocore's partitions.json).
struct Partition {
  std::string_view name;              ///< "aws", "aws-cn", "aws-us-gov"
  std::string_view dns_suffix;        ///< "amazonaws.com"
  std::string_view dualstack_suffix;  ///< "api.aws"
  std::string_view global_region;     ///< where its global services sign
};

/// The partition of a region; "aws" for a region that no other one claims.
const Partition& partition_of(std::string_view region);

/// A URL that configuration gives instead of AWS's own.
struct EndpointOverride {
  std::string service;      ///< botocore's name ("eks", "sesv2"); empty = every service
  std::string region = {};  ///< empty = every region
  std::string url;          ///< "http://localhost:4566", may have a path
};

struct EndpointConfig {
  bool fips = false;
  bool dualstack = false;
  std::vector<EndpointOverride> overrides = {};  ///< the most particular one wins
};

/// Where a service is reached and for which region its requests are signed.
struct Endpoint {
  std::string url;  ///< without trailing slash
  std::string signing_region;

  /// The URL's host, and its port where it names one.
  std::string host() const;
};

/// What the environment and the profile say about endpoints, in the SDKs' order: AWS_ENDPOINT_URL_<SERVICE>,
/// AWS_ENDPOINT_URL, the profile's `services` section, the profile's endpoint_url.
/// AWS_IGNORE_CONFIGURED_ENDPOINT_URLS turns all of it off. AWS_USE_FIPS_ENDPOINT and
/// AWS_USE_DUALSTACK_ENDPOINT are read too. What `config` says already stays before them.
EndpointConfig with_environment(EndpointConfig config, const Environment& environment,
                                const SharedFiles& files, const std::string& profile);

/// The endpoint of `service` for a region. Global services (IAM, Route 53, CloudFront, Organizations,
/// Budgets, Cost Explorer) have one a partition; Pricing, which exists in few regions, is mapped to the
/// nearest of them. Throws InvalidRequest for a region that is no name, and Unsupported where the partition
/// lacks the service.
Endpoint resolve_endpoint(const ServiceRow& service, const std::string& region, const EndpointConfig& config);

}  // namespace tidegate::aws
