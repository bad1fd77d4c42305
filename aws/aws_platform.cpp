#include "aws/aws_platform.h"

#include "aws/credentials/default_chain.h"
#include "aws/credentials/refreshing_credentials.h"
#include "aws/credentials/shared_files.h"
#include "aws/http/curl_client.h"
#include "aws/random.h"
#include "services/async/task.h"

namespace tidegate::aws {

namespace {

pplx::task<void> take_credentials(std::shared_ptr<CredentialsProvider> credentials, Deadline deadline) {
  co_await credentials->credentials(deadline);
}

}  // namespace

AwsPlatform make_aws_platform(AwsPlatformConfig config, Clock& clock, Telemetry& telemetry,
                              const Environment& environment) {
  const auto files = load_shared_files(environment);
  const auto profile = config.aws.profile;
  auto aws = resolve_config(std::move(config.aws), environment, files);

  AwsPlatform platform;
  platform.region = aws.region;
  platform.http = std::make_shared<CurlClient>(aws.http, clock);
  const StsAccess sts{aws, platform.http, &clock, &telemetry, thread_random()};
  platform.credentials = std::make_shared<RefreshingCredentials>(default_chain(environment, profile, sts),
                                                                 clock, aws.refresh, thread_random());
  platform.accounts = std::make_shared<ConfiguredAccounts>(config.accounts, aws.region, platform.credentials,
                                                           sts, aws.refresh);
  platform.client = std::make_shared<AwsClient>(
      std::move(aws), AwsClientParts{platform.http, clock, telemetry, platform.accounts, thread_random()});

  const auto& client = platform.client;
  platform.clusters = std::make_unique<EksClusters>(client, config.eks);
  platform.demand_forecaster = std::make_unique<LambdaForecaster>(client, config.demand_forecaster);
  platform.workload = std::make_unique<ContainerInsights>(client, config.workload);
  platform.on_demand_prices = std::make_unique<PricingOnDemandPrices>(client, config.on_demand_prices);
  platform.spot_prices = std::make_unique<Ec2SpotPrices>(client, config.spot_prices);
  platform.interruptions = std::make_unique<SpotAdvisor>(config.spot_advisor, platform.http, clock);
  platform.price_predictor = std::make_unique<LambdaPricePredictor>(client, config.price_predictor);
  if (config.email.configured()) platform.email = std::make_unique<SesEmail>(client, config.email);
  if (config.sms.configured()) platform.sms = std::make_unique<SnsSms>(client, config.sms);
  return platform;
}

pplx::task<void> check_credentials(const AwsPlatform& platform, Deadline deadline) {
  return take_credentials(platform.credentials, std::move(deadline));
}

}  // namespace tidegate::aws
