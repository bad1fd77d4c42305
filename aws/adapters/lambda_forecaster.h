#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "aws/adapters/timed_cache.h"
#include "aws/client/aws_client.h"
#include "services/scaling/demand_forecaster.h"

namespace tidegate::aws {

struct LambdaForecasterConfig {
  std::string function = "demand-forecaster";  ///< name or ARN; empty = no forecaster
  std::chrono::seconds missing_for{60};        ///< a function that isn't there is not asked for again so soon
};

/// scaling::DemandForecaster that invokes a Lambda function with the seed's event, in the cluster's own
/// account and region.
class LambdaForecaster final : public scaling::DemandForecaster {
 public:
  LambdaForecaster(std::shared_ptr<AwsClient> client, LambdaForecasterConfig config)
      : client_(std::move(client)),
        config_(std::move(config)),
        missing_({.fresh_for = config_.missing_for, .entries_max = kPlacesMax}, client_->clock()) {}
  pplx::task<scaling::DemandForecast> recommend(scaling::ClusterRef cluster, std::string action,
                                                Deadline deadline) override;

 private:
  static constexpr std::size_t kPlacesMax = 1'024;

  std::shared_ptr<AwsClient> client_;
  LambdaForecasterConfig config_;
  TimedCache<std::string> missing_;  ///< why, by account and region
};

}  // namespace tidegate::aws
