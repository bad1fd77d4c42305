#include "aws/client/endpoint.h"

#include <gtest/gtest.h>

#include <map>

#include "aws/credentials/provider.h"
#include "aws/operations/table.h"

namespace tidegate::aws {
namespace {

Environment variables(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
    const auto found = values.find(name);
    if (found == values.end()) return std::nullopt;
    return found->second;
  };
}

/// A row that has only what an endpoint needs.
ServiceRow service(const std::string& model, const std::string& prefix) {
  return {model, model, prefix, prefix, Protocol::kJson, "2020-01-01"};
}

struct Case {
  ServiceRow service;
  std::string region;
  EndpointConfig config;
  std::string url;
  std::string signing_region;
};

TEST(Endpoint, IsWhatBotocoreResolves) {
  const EndpointConfig plain;
  const EndpointConfig fips{.fips = true};
  const EndpointConfig dualstack{.dualstack = true};
  const EndpointConfig both{.fips = true, .dualstack = true};
  const std::vector<Case> cases = {
      {service("eks", "eks"), "ap-south-1", plain, "https://eks.ap-south-1.amazonaws.com", "ap-south-1"},
      {service("eks", "eks"), "cn-north-1", plain, "https://eks.cn-north-1.amazonaws.com.cn", "cn-north-1"},
      {service("eks", "eks"), "us-gov-west-1", plain, "https://eks.us-gov-west-1.amazonaws.com",
       "us-gov-west-1"},
      {service("ec2", "ec2"), "us-east-1", fips, "https://ec2-fips.us-east-1.amazonaws.com", "us-east-1"},
      {service("ec2", "ec2"), "us-east-1", dualstack, "https://ec2.us-east-1.api.aws", "us-east-1"},
      {service("ec2", "ec2"), "us-east-1", both, "https://ec2-fips.us-east-1.api.aws", "us-east-1"},
      {service("s3", "s3"), "eu-west-1", dualstack, "https://s3.dualstack.eu-west-1.amazonaws.com",
       "eu-west-1"},
      {service("iam", "iam"), "ap-south-1", plain, "https://iam.amazonaws.com", "us-east-1"},
      {service("iam", "iam"), "cn-north-1", plain, "https://iam.cn-north-1.amazonaws.com.cn", "cn-north-1"},
      {service("iam", "iam"), "us-gov-east-1", plain, "https://iam.us-gov.amazonaws.com", "us-gov-west-1"},
      {service("ce", "ce"), "eu-west-1", plain, "https://ce.us-east-1.amazonaws.com", "us-east-1"},
      {service("route53", "route53"), "eu-west-1", plain, "https://route53.amazonaws.com", "us-east-1"},
      {service("pricing", "api.pricing"), "eu-west-1", plain,
       "https://api.pricing.eu-central-1.amazonaws.com", "eu-central-1"},
      {service("pricing", "api.pricing"), "ap-southeast-2", plain,
       "https://api.pricing.ap-south-1.amazonaws.com", "ap-south-1"},
      {service("pricing", "api.pricing"), "us-west-2", plain, "https://api.pricing.us-east-1.amazonaws.com",
       "us-east-1"},
      {service("pricing", "api.pricing"), "cn-north-1", plain,
       "https://api.pricing.cn-northwest-1.amazonaws.com.cn", "cn-northwest-1"},
  };
  for (const auto& one : cases) {
    const auto endpoint = resolve_endpoint(one.service, one.region, one.config);
    EXPECT_EQ(endpoint.url, one.url);
    EXPECT_EQ(endpoint.signing_region, one.signing_region) << one.url;
  }
}

TEST(Endpoint, SaysWhereAPartitionLacksAGlobalService) {
  EXPECT_THROW(resolve_endpoint(service("ce", "ce"), "us-gov-west-1", {}), Unsupported);
}

TEST(Endpoint, RefusesWhatIsNoRegion) {
  for (const auto* region : {"", "us east", "x/y", "host.example", "US-EAST-1", "-us"}) {
    EXPECT_THROW(resolve_endpoint(service("eks", "eks"), region, {}), InvalidRequest) << region;
  }
}

TEST(Endpoint, TakesTheMostParticularOverride) {
  EndpointConfig config;
  config.overrides = {{"", "", "http://all"},
                      {"", "eu-west-1", "http://region"},
                      {"eks", "", "http://eks/"},
                      {"eks", "eu-west-1", "http://eks-region"}};

  EXPECT_EQ(resolve_endpoint(service("ec2", "ec2"), "us-east-1", config).url, "http://all");
  EXPECT_EQ(resolve_endpoint(service("ec2", "ec2"), "eu-west-1", config).url, "http://region");
  EXPECT_EQ(resolve_endpoint(service("eks", "eks"), "us-east-1", config).url, "http://eks");
  EXPECT_EQ(resolve_endpoint(service("eks", "eks"), "eu-west-1", config).url, "http://eks-region");
}

TEST(Endpoint, KeepsTheSigningRegionOfAGlobalServiceUnderAnOverride) {
  const EndpointConfig config{.overrides = {{"", "", "http://localhost:4566"}}};

  EXPECT_EQ(resolve_endpoint(service("ce", "ce"), "eu-west-1", config).signing_region, "us-east-1");
}

class EndpointSettings : public testing::Test {
 protected:
  std::string url_of(const std::string& model, const EndpointConfig& config) const {
    return resolve_endpoint(service(model, model), "us-east-1", config).url;
  }
  SharedFiles files_ = [] {
    SharedFiles files;
    files.profiles["default"] = {{"services", "local"}, {"endpoint_url", "http://profile"}};
    files.services["local"] = {{"eks.endpoint_url", "http://section"}};
    return files;
  }();
};

TEST_F(EndpointSettings, ComeInTheSdksOrder) {
  const auto from_files = with_environment({}, variables({}), files_, "default");
  EXPECT_EQ(url_of("eks", from_files), "http://section");
  EXPECT_EQ(url_of("ec2", from_files), "http://profile");

  const auto global =
      with_environment({}, variables({{"AWS_ENDPOINT_URL", "http://env"}}), files_, "default");
  EXPECT_EQ(url_of("eks", global), "http://env") << "the global variable goes before the file's section";

  const auto both = with_environment(
      {}, variables({{"AWS_ENDPOINT_URL", "http://env"}, {"AWS_ENDPOINT_URL_EKS", "http://env-eks"}}), files_,
      "default");
  EXPECT_EQ(url_of("eks", both), "http://env-eks");
  EXPECT_EQ(url_of("ec2", both), "http://env");

  const auto configured =
      with_environment({.overrides = {{"eks", "", "http://ours"}}},
                       variables({{"AWS_ENDPOINT_URL_EKS", "http://env-eks"}}), files_, "default");
  EXPECT_EQ(url_of("eks", configured), "http://ours");
}

TEST_F(EndpointSettings, CanBeIgnored) {
  const auto config = with_environment(
      {}, variables({{"AWS_ENDPOINT_URL", "http://env"}, {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"}}),
      files_, "default");

  EXPECT_EQ(url_of("eks", config), "https://eks.us-east-1.amazonaws.com");
}

TEST_F(EndpointSettings, NameAMissingSection) {
  files_.services.clear();

  EXPECT_THROW(with_environment({}, variables({}), files_, "default"), CredentialsFailure);
}

}  // namespace
}  // namespace tidegate::aws
