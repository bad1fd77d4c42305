#pragma once

#include "server/config/binder.h"
#include "server/config/config.h"

namespace tidegate::config {

/// Describes every setting. A new one is one line in the function of its capability.
void describe(Binder& binder, Config& config);

void describe_server(Binder& binder, ServerConfig& server);
void describe_auth(Binder& binder, AuthConfig& auth);
void describe_rate_limit(Binder& binder, RateLimitConfig& limits);
void describe_state(Binder& binder, StateConfig& state);
void describe_aws(Binder& binder, aws::AwsPlatformConfig& platform);
void describe_accounts(Binder& binder, std::vector<aws::AccountConfig>& accounts);
void describe_operations(Binder& binder, operations::OperationsConfig& operations);
void describe_scaling(Binder& binder, scaling::ScalingSettings& scaling);
void describe_spot(Binder& binder, spot::SpotConfig& spot);
void describe_alerts(Binder& binder, alerts::AlertsConfig& alerts);
void describe_aws_channels(Binder& binder, aws::SesEmailConfig& email, aws::SnsSmsConfig& sms);

}  // namespace tidegate::config
