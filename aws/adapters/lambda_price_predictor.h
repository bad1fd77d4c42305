#pragma once

#include <memory>
#include <string>

#include "aws/client/aws_client.h"
#include "services/spot/price_predictor.h"

namespace tidegate::aws {

struct LambdaPricePredictorConfig {
  std::string function = "spot-price-predictor";  ///< name or ARN; empty = no predictor
  int horizon_hours = 24;
};

/// spot::PricePredictor that invokes a Lambda function with the seed's event, in the region asked about.
class LambdaPricePredictor final : public spot::PricePredictor {
 public:
  LambdaPricePredictor(std::shared_ptr<AwsClient> client, LambdaPricePredictorConfig config)
      : client_(std::move(client)), config_(std::move(config)) {}
  pplx::task<spot::PriceForecast> predict(std::string region, Deadline deadline) override;

 private:
  std::shared_ptr<AwsClient> client_;
  LambdaPricePredictorConfig config_;
};

}  // namespace tidegate::aws
