#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "services/pricing/price_source.h"
#include "services/spot/interruption_source.h"
#include "services/spot/price_predictor.h"

namespace tidegate::spot {

/// The numbers of the opportunity score; the defaults are those of seed 000, calculate_opportunity_score.
struct OpportunityPolicy {
  double savings_points_max = 90;    ///< savings count up to here
  double stability_points_max = 20;  ///< for a volatility of 0
  double volatility_assumed = 0.5;   ///< where no prediction gives one; 0..1
  /// Risk by the index of the interruption bucket (<5%, 5-10%, 10-15%, 15-20%, >20%).
  std::vector<std::string> risk_of_bucket = {"low", "medium", "medium", "high", "very_high"};
  std::map<std::string, double> risk_points = {
      {"low", 0}, {"medium", -10}, {"high", -25}, {"very_high", -40}};
  double unknown_risk_points = -15;  ///< for a risk that risk_points does not name
  std::map<std::string, double> trend_points = {{"decreasing", 15}, {"stable", 0}, {"increasing", -10}};
  double score_min = 0;
  double score_max = 100;
  double recommended_above = 75;  ///< a score must be greater
  double high_value_above = 80;   ///< a score must be greater
};

/// All that a ranking is decided from, as it was gathered.
struct SpotSnapshot {
  std::string region;
  std::vector<pricing::SpotQuote> spot;
  std::map<std::string, pricing::Quote> on_demand;    ///< by instance type
  std::map<std::string, InterruptionBucket> buckets;  ///< by instance type
  PriceForecast forecast;
  Instant gathered_at;
  /// What could not be had, one sentence each; empty where nothing is missing.
  std::vector<std::string> degraded;
  std::size_t sources_failed = 0;  ///< of the four; a configured lack of a source is no failure
};

/// Which opportunities are wanted. Both parts are applied before anything is counted.
struct OpportunityFilter {
  std::optional<double> score_min;  ///< inclusive; a row without a score does not pass
  std::size_t limit = 20;           ///< rows in the answer; counts and averages are over all that pass
};

/// One addend of a score.
struct ScoreFactor {
  std::string name;  ///< "savings", "stability", "interruption_risk", "price_trend"
  std::variant<std::monostate, double, std::string> value;  ///< what was known of it; nothing = unknown
  std::optional<double> points;                             ///< nothing where the factor can't be scored
  std::string reason;
};

/// A figure that a score stands on. `age` is as of the report's timestamp.
struct Figure {
  std::string name;  ///< "spot_price", "on_demand_price", "interruption_bucket", "price_prediction"
  std::variant<std::monostate, double, std::string> value;
  std::string source;  ///< empty = nobody gave it
  std::optional<Instant> observed_at;
  std::optional<std::chrono::seconds> age;
};

/// One (instance type, zone) pool. Unknown is nothing, never 0.
struct Opportunity {
  std::string instance_type;
  std::string availability_zone;
  std::optional<double> spot_usd_per_hour;
  std::optional<double> on_demand_usd_per_hour;
  std::optional<double> savings_percent;
  std::optional<double> score;  ///< nothing where a price or the interruption bucket is unknown
  std::optional<std::string> interruption_risk;
  std::optional<std::string> price_trend;
  bool recommended = false;
  std::vector<ScoreFactor> factors;
  std::vector<Figure> figures;
};

struct OpportunityReport {
  Instant timestamp;
  std::string region;
  std::size_t total = 0;
  std::size_t high_value = 0;
  std::size_t recommended = 0;
  std::optional<double>
      savings_percent_average;  ///< over rows whose savings are known; nothing where none are
  std::optional<double> savings_percent_best;
  std::vector<Opportunity> opportunities;  ///< best first
  std::vector<std::string> degraded;
};

/// Share of the on-demand price that spot saves, in percent; negative where spot is dearer. Nothing where
/// either price is unknown or not above 0. (seed 000, analyze_spot_opportunities)
std::optional<double> savings_percent(std::optional<double> spot_usd_per_hour,
                                      std::optional<double> on_demand_usd_per_hour);

/// Scores every pool of the snapshot and ranks them: by score, then savings, both falling, then by instance
/// type and zone; rows without a score last. `now` is the report's timestamp. Pure.
OpportunityReport rank_opportunities(const SpotSnapshot& snapshot, const OpportunityPolicy& policy,
                                     const OpportunityFilter& filter, Instant now);

}  // namespace tidegate::spot
