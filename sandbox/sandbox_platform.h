#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "services/clock.h"

namespace tidegate {
namespace state {
class DocumentStore;
}
namespace scaling {
class ClusterApi;
class WorkloadSource;
class DemandForecaster;
}  // namespace scaling
namespace pricing {
class OnDemandPrices;
class SpotPrices;
}  // namespace pricing
namespace spot {
class InterruptionSource;
class PricePredictor;
}  // namespace spot
namespace alerts {
class Channel;
}
}  // namespace tidegate

namespace tidegate::sandbox {

class Receiver;

struct SandboxConfig {
  /// Everything simulated follows from it: two sandboxes with one seed and one clock behave alike.
  std::uint64_t seed = 2026;
  /// A cluster of this name is there beside "production" and "staging".
  std::string default_cluster = "production";
};

/// A simulated AWS account: every port that has something outside, with nothing outside. It has one region,
/// us-east-1, whose catalogue, on-demand prices and interruption buckets are real (sandbox/data/README.md).
/// What it changes is kept in the store it is given, so that it outlives the process.
struct SandboxPlatform {
  std::shared_ptr<scaling::ClusterApi> clusters;
  std::shared_ptr<scaling::WorkloadSource> workload;
  std::shared_ptr<scaling::DemandForecaster> forecaster;
  std::shared_ptr<pricing::OnDemandPrices> on_demand_prices;
  std::shared_ptr<pricing::SpotPrices> spot_prices;
  std::shared_ptr<spot::InterruptionSource> interruptions;
  std::shared_ptr<spot::PricePredictor> price_predictor;
  std::map<std::string, std::shared_ptr<alerts::Channel>> channels;  ///< pagerduty, slack, email, sms
  std::shared_ptr<Receiver> receiver;                                ///< what the channels were told
  std::vector<std::string> instance_types;  ///< every type there are prices for, sorted
};

/// Builds the account; writes nothing and takes about a millisecond. `clock` must outlive it.
SandboxPlatform make_sandbox_platform(const SandboxConfig& config,
                                      std::shared_ptr<state::DocumentStore> store, const Clock& clock);

}  // namespace tidegate::sandbox
