#pragma once

#include <memory>
#include <string>
#include <vector>

#include "aws/accounts/accounts_config.h"
#include "aws/accounts/configured_accounts.h"
#include "aws/adapters/container_insights.h"
#include "aws/adapters/eks_clusters.h"
#include "aws/adapters/lambda_forecaster.h"
#include "aws/adapters/lambda_price_predictor.h"
#include "aws/adapters/on_demand_prices.h"
#include "aws/adapters/ses_email.h"
#include "aws/adapters/sns_sms.h"
#include "aws/adapters/spot_advisor.h"
#include "aws/adapters/spot_prices.h"
#include "aws/client/aws_client.h"
#include "aws/config.h"
#include "aws/references/references.h"

namespace tidegate::aws {

/// Configuration of everything that tidegate has of AWS; server/config gathers it.
struct AwsPlatformConfig {
  AwsConfig aws = {};
  std::vector<AccountConfig> accounts = {};
  EksConfig eks = {};
  OnDemandPricesConfig on_demand_prices = {};
  SpotPricesConfig spot_prices = {};
  SpotAdvisorConfig spot_advisor = {};
  LambdaForecasterConfig demand_forecaster = {};
  LambdaPricePredictorConfig price_predictor = {};
  ContainerInsightsConfig workload = {};
  SesEmailConfig email = {};
  SnsSmsConfig sms = {};
  ReferencesConfig references = {};
};

/// The services' ports over AWS. `email` and `sms` are null where they are not configured. Destroying it ends
/// the calls in flight.
struct AwsPlatform {
  std::shared_ptr<http::HttpClient> http;            ///< for channels and sources that are not AWS's, too
  std::shared_ptr<CredentialsProvider> credentials;  ///< the service's own
  std::shared_ptr<ConfiguredAccounts> accounts;  ///< credentials and directory (accounts::AccountDirectory)
  std::shared_ptr<AwsClient> client;
  std::unique_ptr<scaling::ClusterApi> clusters;
  std::unique_ptr<scaling::DemandForecaster> demand_forecaster;
  std::unique_ptr<scaling::WorkloadSource> workload;
  std::unique_ptr<pricing::OnDemandPrices> on_demand_prices;
  std::unique_ptr<pricing::SpotPrices> spot_prices;
  std::unique_ptr<spot::InterruptionSource> interruptions;
  std::unique_ptr<spot::PricePredictor> price_predictor;
  std::unique_ptr<alerts::Channel> email;
  std::unique_ptr<alerts::Channel> sms;
  std::string region;  ///< the one that is used where a request names none; may be empty
};

/// Builds the platform: reads environment and shared files, starts the transport's thread, calls nothing.
/// `clock` and `telemetry` must outlive it. Throws CredentialsFailure or InvalidRequest where the AWS
/// settings can't be.
AwsPlatform make_aws_platform(AwsPlatformConfig config, Clock& clock, Telemetry& telemetry,
                              const Environment& environment = process_environment());

/// Proves that keys can be had; for /readyz. Throws CredentialsFailure.
pplx::task<void> check_credentials(const AwsPlatform& platform, Deadline deadline);

}  // namespace tidegate::aws
