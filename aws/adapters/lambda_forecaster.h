#pragma once

#include <memory>
#include <string>

#include "aws/client/aws_client.h"
#include "services/scaling/demand_forecaster.h"

namespace tidegate::aws {

struct LambdaForecasterConfig {
  std::string function = "demand-forecaster";  ///< name or ARN; empty = no forecaster
};

/// scaling::DemandForecaster that invokes a Lambda function with the seed's event, in the cluster's own
/// account and region.
class LambdaForecaster final : public scaling::DemandForecaster {
 public:
  LambdaForecaster(std::shared_ptr<AwsClient> client, LambdaForecasterConfig config)
      : client_(std::move(client)), config_(std::move(config)) {}
  pplx::task<scaling::DemandForecast> recommend(scaling::ClusterRef cluster, std::string action,
                                                Deadline deadline) override;

 private:
  std::shared_ptr<AwsClient> client_;
  LambdaForecasterConfig config_;
};

}  // namespace tidegate::aws
