#include "aws/config.h"

#include <charconv>

namespace tidegate::aws {

namespace {

std::optional<std::string> from_environment_or_profile(const Environment& environment,
                                                       const ProfileSettings* profile,
                                                       const std::string& variable, const std::string& key) {
  if (auto value = environment(variable)) return value;
  return profile == nullptr ? std::nullopt : setting(*profile, key);
}

void resolve_retry(RetryConfig& retry, const Environment& environment, const ProfileSettings* profile) {
  const auto mode = from_environment_or_profile(environment, profile, "AWS_RETRY_MODE", "retry_mode");
  if (mode && *mode != "standard" && *mode != "adaptive" && *mode != "legacy") {
    throw InvalidRequest("AWS_RETRY_MODE is standard or adaptive, not \"" + *mode + "\"");
  }
  if (mode == "adaptive") retry.adaptive = true;
  const auto attempts = from_environment_or_profile(environment, profile, "AWS_MAX_ATTEMPTS", "max_attempts");
  if (!attempts) return;
  int number = 0;
  const auto* end = attempts->data() + attempts->size();
  const auto [stop, error] = std::from_chars(attempts->data(), end, number);
  if (error != std::errc() || stop != end || number < 1 || number > 20) {
    throw InvalidRequest("AWS_MAX_ATTEMPTS is a number from 1 to 20, not \"" + *attempts + "\"");
  }
  retry.attempts_max = number;
  retry.attempts_max_dynamodb = number;
}

}  // namespace

AwsConfig resolve_config(AwsConfig config, const Environment& environment, const SharedFiles& files) {
  const auto profile = profile_name(environment, config.profile);
  const auto* settings = files.profile(profile);
  if (config.region.empty()) config.region = environment("AWS_REGION").value_or("");
  if (config.region.empty()) {
    config.region =
        from_environment_or_profile(environment, settings, "AWS_DEFAULT_REGION", "region").value_or("");
  }
  if (config.http.ca_bundle.empty()) {
    config.http.ca_bundle =
        from_environment_or_profile(environment, settings, "AWS_CA_BUNDLE", "ca_bundle").value_or("");
  }
  config.endpoints = with_environment(std::move(config.endpoints), environment, files, profile);
  resolve_retry(config.retry, environment, settings);
  return config;
}

}  // namespace tidegate::aws
