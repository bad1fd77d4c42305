#pragma once

#include <memory>
#include <mutex>

#include "sandbox/catalogue.h"
#include "sandbox/price_feed.h"
#include "services/pricing/price_source.h"
#include "services/spot/interruption_source.h"
#include "services/spot/price_predictor.h"

namespace tidegate::sandbox {

/// What the adapters of the simulated market share: facts and feed, never changed once made.
struct Market {
  Market(Catalogue facts, std::uint64_t seed) : catalogue(std::move(facts)), feed(catalogue, seed) {}
  Catalogue catalogue;
  PriceFeed feed;
};

using SharedMarket = std::shared_ptr<const Market>;  // each adapter may outlive the others

/// Real on-demand prices, source "sandbox". Every region but the catalogue's has none.
class SandboxOnDemandPrices final : public pricing::OnDemandPrices {
 public:
  explicit SandboxOnDemandPrices(SharedMarket market) : market_(std::move(market)) {}
  pplx::task<std::map<std::string, pricing::Quote>> on_demand(std::string region,
                                                              std::vector<std::string> instance_types,
                                                              Deadline deadline) override;

 private:
  SharedMarket market_;
};

/// The feed's prices of now, source "sandbox". Every region but the catalogue's has none.
class SandboxSpotPrices final : public pricing::SpotPrices {
 public:
  SandboxSpotPrices(SharedMarket market, const Clock& clock) : market_(std::move(market)), clock_(clock) {}
  pplx::task<std::vector<pricing::SpotQuote>> spot(std::string region,
                                                   std::vector<std::string> instance_types,
                                                   std::vector<std::string> zones,
                                                   Deadline deadline) override;

 private:
  SharedMarket market_;
  const Clock& clock_;
};

/// The advisor's real buckets, source "sandbox". Every region but the catalogue's has none.
class SandboxInterruptions final : public spot::InterruptionSource {
 public:
  explicit SandboxInterruptions(SharedMarket market) : market_(std::move(market)) {}
  pplx::task<std::map<std::string, spot::InterruptionBucket>> buckets(std::string region,
                                                                      Deadline deadline) override;

 private:
  SharedMarket market_;
};

/// Predicts the feed from the feed: volatility of the last day, trend of the next six hours. Source
/// "sandbox". Made anew every five minutes.
class SandboxPricePredictor final : public spot::PricePredictor {
 public:
  SandboxPricePredictor(SharedMarket market, const Clock& clock)
      : market_(std::move(market)), clock_(clock) {}
  pplx::task<spot::PriceForecast> predict(std::string region, Deadline deadline) override;

 private:
  SharedMarket market_;
  const Clock& clock_;
  std::mutex mutex_;
  std::int64_t made_for_ = -1;  ///< which five minutes `forecast_` is of
  spot::PriceForecast forecast_;
};

}  // namespace tidegate::sandbox
