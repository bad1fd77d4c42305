#include "sandbox/sandbox_platform.h"

#include "sandbox/cluster_load.h"
#include "sandbox/market.h"
#include "sandbox/receiver.h"
#include "sandbox/simulated_account.h"

namespace tidegate::sandbox {

SandboxPlatform make_sandbox_platform(const SandboxConfig& config,
                                      std::shared_ptr<state::DocumentStore> store, const Clock& clock) {
  const auto market = std::make_shared<const Market>(load_catalogue(), config.seed);
  const auto account = std::make_shared<SimulatedAccount>(store, clock, config.seed, market->catalogue.region,
                                                          starting_clusters(config.default_cluster));
  SandboxPlatform platform;
  platform.clusters = std::make_shared<SandboxClusterApi>(account);
  platform.workload = std::make_shared<SandboxWorkload>(account, market);
  platform.forecaster = std::make_shared<SandboxForecaster>(account, market);
  platform.on_demand_prices = std::make_shared<SandboxOnDemandPrices>(market);
  platform.spot_prices = std::make_shared<SandboxSpotPrices>(market, clock);
  platform.interruptions = std::make_shared<SandboxInterruptions>(market);
  platform.price_predictor = std::make_shared<SandboxPricePredictor>(market, clock);
  platform.receiver = std::make_shared<Receiver>(std::move(store), clock, config.seed);
  for (const char* name : {"pagerduty", "slack", "email", "sms"}) {
    platform.channels[name] = std::make_shared<SandboxChannel>(name, platform.receiver);
  }
  for (const auto& [type, facts] : market->catalogue.types) platform.instance_types.push_back(type);
  return platform;
}

}  // namespace tidegate::sandbox
