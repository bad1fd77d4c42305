#include "aws/client/endpoint.h"

#include <algorithm>
#include <array>
#include <optional>

#include "aws/credentials/provider.h"
#include "aws/operations/table.h"

namespace tidegate::aws {

namespace {

struct PartitionRegions {
  std::string_view prefix;
  Partition partition;
};

constexpr Partition kAws{"aws", "amazonaws.com", "api.aws", "us-east-1"};

constexpr std::array<PartitionRegions, 7> kOthers = {{
    {"cn-", {"aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn", "cn-northwest-1"}},
    {"us-gov-", {"aws-us-gov", "amazonaws.com", "api.aws", "us-gov-west-1"}},
    {"eusc-", {"aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu", "eusc-de-east-1"}},
    {"us-iso-", {"aws-iso", "c2s.ic.gov", "api.aws.ic.gov", "us-iso-east-1"}},
    {"us-isob-", {"aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud", "us-isob-east-1"}},
    {"eu-isoe-", {"aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk", "eu-isoe-west-1"}},
    {"us-isof-", {"aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov", "us-isof-south-1"}},
}};

/// A service that has one endpoint a partition (botocore's endpoints.json).
struct GlobalEndpoint {
  std::string_view service;
  std::string_view partition;
  std::string_view host;
  std::string_view signing_region;
};

constexpr std::array<GlobalEndpoint, 15> kGlobal = {{
    {"iam", "aws", "iam.amazonaws.com", "us-east-1"},
    {"iam", "aws-cn", "iam.cn-north-1.amazonaws.com.cn", "cn-north-1"},
    {"iam", "aws-us-gov", "iam.us-gov.amazonaws.com", "us-gov-west-1"},
    {"route53", "aws", "route53.amazonaws.com", "us-east-1"},
    {"route53", "aws-cn", "route53.amazonaws.com.cn", "cn-northwest-1"},
    {"route53", "aws-us-gov", "route53.us-gov.amazonaws.com", "us-gov-west-1"},
    {"cloudfront", "aws", "cloudfront.amazonaws.com", "us-east-1"},
    {"cloudfront", "aws-cn", "cloudfront.cn-northwest-1.amazonaws.com.cn", "cn-northwest-1"},
    {"organizations", "aws", "organizations.us-east-1.amazonaws.com", "us-east-1"},
    {"organizations", "aws-cn", "organizations.cn-northwest-1.amazonaws.com.cn", "cn-northwest-1"},
    {"organizations", "aws-us-gov", "organizations.us-gov-west-1.amazonaws.com", "us-gov-west-1"},
    {"budgets", "aws", "budgets.amazonaws.com", "us-east-1"},
    {"budgets", "aws-cn", "budgets.amazonaws.com.cn", "cn-northwest-1"},
    {"ce", "aws", "ce.us-east-1.amazonaws.com", "us-east-1"},
    {"ce", "aws-cn", "ce.cn-northwest-1.amazonaws.com.cn", "cn-northwest-1"},
}};

/// Pricing answers for all regions of a partition, from these.
std::string pricing_region(std::string_view region) {
  const auto& partition = partition_of(region);
  if (partition.name != "aws") return std::string(partition.global_region);
  if (region.starts_with("eu-") || region.starts_with("af-") || region.starts_with("me-") ||
      region.starts_with("il-")) {
    return "eu-central-1";
  }
  if (region.starts_with("ap-")) return "ap-south-1";
  return "us-east-1";
}

bool is_region_name(std::string_view region) {
  const bool plain = std::ranges::all_of(
      region, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  return plain && !region.empty() && region.size() <= 32 && region.front() != '-' && region.back() != '-';
}

std::string without_trailing_slash(std::string url) {
  while (!url.empty() && url.back() == '/') url.pop_back();
  return url;
}

const EndpointOverride* override_for(const ServiceRow& service, const std::string& region,
                                     const EndpointConfig& config) {
  const EndpointOverride* best = nullptr;
  int best_rank = -1;
  for (const auto& candidate : config.overrides) {
    const bool for_service = candidate.service == service.model;
    if (!for_service && !candidate.service.empty()) continue;
    const bool for_region = candidate.region == region;
    if (!for_region && !candidate.region.empty()) continue;
    const int rank = (for_service ? 2 : 0) + (for_region ? 1 : 0);
    if (rank > best_rank) {
      best = &candidate;
      best_rank = rank;
    }
  }
  return best;
}

std::optional<GlobalEndpoint> global_endpoint(const ServiceRow& service, std::string_view partition) {
  bool global = false;
  for (const auto& entry : kGlobal) {
    if (entry.service != service.endpoint_prefix) continue;
    if (entry.partition == partition) return entry;
    global = true;
  }
  if (global) {
    throw Unsupported("AWS partition " + std::string(partition) + " has no " + service.id);
  }
  return {};
}

/// "Cost Explorer" is COST_EXPLORER in a variable's name and cost_explorer in a file.
std::string service_name(const std::string& id, bool upper) {
  std::string name;
  for (const char c : id) {
    if (c == ' ' || c == '-') {
      name += '_';
    } else if (upper && c >= 'a' && c <= 'z') {
      name += static_cast<char>(c - 'a' + 'A');
    } else if (!upper && c >= 'A' && c <= 'Z') {
      name += static_cast<char>(c - 'A' + 'a');
    } else {
      name += c;
    }
  }
  return name;
}

/// The endpoint that the profile's `services` section gives a service, if any.
std::optional<std::string> from_services_section(const SharedFiles& files, const ProfileSettings& profile,
                                                 const std::string& id) {
  const auto section_name = setting(profile, "services");
  if (!section_name) return {};
  const auto section = files.services.find(*section_name);
  if (section == files.services.end()) {
    throw CredentialsFailure("the AWS configuration file has no [services " + *section_name + "]");
  }
  return setting(section->second, service_name(id, false) + ".endpoint_url");
}

void add_once(EndpointConfig& config, const std::string& service, const std::string& url) {
  const bool taken = std::ranges::any_of(config.overrides, [&service](const auto& entry) {
    return entry.region.empty() && (entry.service == service || entry.service.empty());
  });
  if (!taken) config.overrides.push_back({service, "", url});
}

}  // namespace

std::string Endpoint::host() const {
  const auto from = url.find("://") + 3;
  return url.substr(from, url.find('/', from) - from);
}

const Partition& partition_of(std::string_view region) {
  for (const auto& other : kOthers) {
    if (region.starts_with(other.prefix)) return other.partition;
  }
  return kAws;
}

EndpointConfig with_environment(EndpointConfig config, const Environment& environment,
                                const SharedFiles& files, const std::string& profile_name) {
  config.fips = config.fips || is_true(environment, "AWS_USE_FIPS_ENDPOINT");
  config.dualstack = config.dualstack || is_true(environment, "AWS_USE_DUALSTACK_ENDPOINT");
  const auto* profile = files.profile(profile_name);
  const bool ignored =
      is_true(environment, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") ||
      (profile != nullptr && setting(*profile, "ignore_configured_endpoint_urls").value_or("") == "true");
  if (ignored) return config;

  const auto everywhere = environment("AWS_ENDPOINT_URL");
  for (const auto* service : all_services()) {
    const auto& row = service->row();
    if (const auto url = environment("AWS_ENDPOINT_URL_" + service_name(row.id, true))) {
      add_once(config, row.model, *url);
    } else if (!everywhere && profile != nullptr) {
      if (const auto listed = from_services_section(files, *profile, row.id)) {
        add_once(config, row.model, *listed);
      }
    }
  }
  if (everywhere) {
    add_once(config, "", *everywhere);
  } else if (profile != nullptr) {
    if (const auto url = setting(*profile, "endpoint_url")) add_once(config, "", *url);
  }
  return config;
}

Endpoint resolve_endpoint(const ServiceRow& service, const std::string& region,
                          const EndpointConfig& config) {
  if (!is_region_name(region)) throw InvalidRequest("\"" + region + "\" is no AWS region");
  const std::string wanted = service.endpoint_prefix == "api.pricing" ? pricing_region(region) : region;
  const auto& partition = partition_of(wanted);
  const auto* given = override_for(service, region, config);
  if (given != nullptr) {
    const auto known = std::ranges::find_if(kGlobal, [&](const GlobalEndpoint& entry) {
      return entry.service == service.endpoint_prefix && entry.partition == partition.name;
    });
    return {without_trailing_slash(given->url),
            known == kGlobal.end() ? wanted : std::string(known->signing_region)};
  }
  if (const auto global = global_endpoint(service, partition.name)) {
    return {"https://" + std::string(global->host), std::string(global->signing_region)};
  }
  std::string host = service.endpoint_prefix;
  if (config.fips) host += "-fips";
  if (config.dualstack && service.endpoint_prefix == "s3") {
    host.append(".dualstack.").append(wanted).append(".").append(partition.dns_suffix);
  } else {
    host.append(".").append(wanted).append(".");
    host.append(config.dualstack ? partition.dualstack_suffix : partition.dns_suffix);
  }
  return {"https://" + host, wanted};
}

}  // namespace tidegate::aws
