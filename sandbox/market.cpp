#include "sandbox/market.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "services/async/task.h"

namespace tidegate::sandbox {

namespace {

constexpr std::chrono::minutes kForecastLength{5};
constexpr const char* kMarketSource = "sandbox";

bool is_wanted(const std::vector<std::string>& wanted, const std::string& name) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end();
}

spot::PriceForecast forecast_at(const Market& market, Instant at) {
  spot::PriceForecast forecast;
  forecast.source = kMarketSource;
  for (const PriceFeed::Pool& pool : market.feed.pools()) {
    spot::PricePrediction prediction;
    prediction.volatility = PriceFeed::volatility(pool, at);
    prediction.trend = PriceFeed::trend(pool, at);
    prediction.as_given =
        nlohmann::json{{"volatility", *prediction.volatility}, {"trend", *prediction.trend}}.dump();
    forecast.by_pool[pool.instance_type][pool.zone] = std::move(prediction);
  }
  return forecast;
}

}  // namespace

pplx::task<std::map<std::string, pricing::Quote>> SandboxOnDemandPrices::on_demand(
    std::string region, std::vector<std::string> instance_types, Deadline /*deadline*/) {
  std::map<std::string, pricing::Quote> quotes;
  const Catalogue& catalogue = market_->catalogue;
  if (region == catalogue.region) {
    for (const std::string& type : instance_types) {
      const auto found = catalogue.types.find(type);
      if (found == catalogue.types.end()) continue;
      quotes[type] = {found->second.usd_per_hour, kMarketSource, catalogue.on_demand_as_of};
    }
  }
  co_return quotes;
}

pplx::task<std::vector<pricing::SpotQuote>> SandboxSpotPrices::spot(std::string region,
                                                                    std::vector<std::string> instance_types,
                                                                    std::vector<std::string> zones,
                                                                    Deadline /*deadline*/) {
  std::vector<pricing::SpotQuote> quotes;
  const Instant now = clock_.now();
  if (region == market_->catalogue.region) {
    for (const PriceFeed::Pool& pool : market_->feed.pools()) {
      if (!is_wanted(instance_types, pool.instance_type) || !is_wanted(zones, pool.zone)) continue;
      const FeedPrice price = PriceFeed::price(pool, now);
      quotes.push_back({pool.instance_type, pool.zone, {price.usd_per_hour, kMarketSource, price.since}});
    }
  }
  co_return quotes;
}

pplx::task<std::map<std::string, spot::InterruptionBucket>> SandboxInterruptions::buckets(
    std::string region, Deadline /*deadline*/) {
  std::map<std::string, spot::InterruptionBucket> buckets;
  const Catalogue& catalogue = market_->catalogue;
  if (region == catalogue.region) {
    for (const auto& [type, facts] : catalogue.types) {
      const auto index = static_cast<std::size_t>(facts.interruption_bucket);
      buckets[type] = {facts.interruption_bucket, catalogue.interruption_labels.at(index), kMarketSource,
                       catalogue.advisor_as_of};
    }
  }
  co_return buckets;
}

pplx::task<spot::PriceForecast> SandboxPricePredictor::predict(std::string region, Deadline /*deadline*/) {
  if (region != market_->catalogue.region) {
    co_return spot::PriceForecast{
        .by_pool = {}, .source = kMarketSource, .unavailable = "the sandbox has no spot market in " + region};
  }
  const auto period = clock_.now().time_since_epoch() / kForecastLength;
  const std::lock_guard lock(mutex_);
  if (made_for_ != period) {
    forecast_ = forecast_at(*market_, Instant(kForecastLength * period));
    made_for_ = period;
  }
  co_return forecast_;
}

}  // namespace tidegate::sandbox
