#pragma once

#include <pplx/pplxtasks.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "services/clock.h"
#include "services/pricing/price_source.h"
#include "services/spot/interruption_source.h"
#include "services/spot/opportunity.h"
#include "services/spot/price_predictor.h"
#include "services/spot/snapshot_cache.h"
#include "services/spot/spot_config.h"

namespace tidegate::spot {

struct OpportunityQuery {
  std::string region;                       ///< empty = the configured one
  std::vector<std::string> instance_types;  ///< empty = the configured ones
  std::vector<std::string> zones;           ///< empty = all of the region
  OpportunityFilter filter;
};

struct ForecastQuery {
  std::string region;                       ///< empty = the configured one
  std::vector<std::string> instance_types;  ///< empty = all that the predictor knows
};

struct ForecastReport {
  Instant timestamp;
  std::string region;
  PriceForecast forecast;  ///< of the wanted types only
};

/// Finds where spot capacity is worth buying. Thread-safe.
class SpotService {
 public:
  SpotService(std::shared_ptr<pricing::OnDemandPrices> on_demand, std::shared_ptr<pricing::SpotPrices> spot,
              std::shared_ptr<InterruptionSource> interruptions, std::shared_ptr<PricePredictor> predictor,
              std::shared_ptr<Clock> clock, SpotConfig config);

  /// Ranks the pools of a region. Prices are gathered at most once in `snapshot_ttl` for equal region, types
  /// and zones; with prices at hand the task is done when this returns. A source that fails is named in
  /// `degraded`. Throws UpstreamFailure where spot prices, without which there is nothing to rank, can't be
  /// had.
  pplx::task<OpportunityReport> opportunities(OpportunityQuery query);

  /// What the predictor says of the wanted types. Never fails for want of a predictor: the forecast says why
  /// it is empty. (seed 000 calls forecast_spot_prices without defining it.)
  pplx::task<ForecastReport> forecast(ForecastQuery query);

  const SpotConfig& config() const;

 private:
  struct Sources;
  std::shared_ptr<const Sources> sources_;  // shared with gathering that outlives a call
  SnapshotCache snapshots_;
};

}  // namespace tidegate::spot
