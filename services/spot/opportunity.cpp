#include "services/spot/opportunity.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace tidegate::spot {

namespace {

/// The value under a key, or null.
template <class Map>
const typename Map::mapped_type* find(const Map& map, const std::string& key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

const PricePrediction* find_prediction(const SpotSnapshot& snapshot, const pricing::SpotQuote& pool) {
  const auto* zones = find(snapshot.forecast.by_pool, pool.instance_type);
  return zones ? find(*zones, pool.availability_zone) : nullptr;
}

std::optional<double> known_price(double usd_per_hour) {
  if (!std::isfinite(usd_per_hour) || usd_per_hour <= 0) return {};
  return usd_per_hour;
}

ScoreFactor savings_factor(const OpportunityPolicy& policy, const Opportunity& row) {
  if (!row.savings_percent) {
    return {"savings",
            {},
            {},
            row.spot_usd_per_hour ? "the on-demand price is unknown" : "the spot price is unknown"};
  }
  const double points = std::min(*row.savings_percent, policy.savings_points_max);
  return {"savings", *row.savings_percent, points,
          points < *row.savings_percent ? "percent saved against on-demand, capped"
                                        : "percent saved against on-demand"};
}

ScoreFactor stability_factor(const OpportunityPolicy& policy, const std::optional<double>& volatility) {
  const double used = volatility.value_or(policy.volatility_assumed);
  const double points = std::max(0.0, (1 - used) * policy.stability_points_max);
  if (!volatility) return {"stability", {}, points, "no predicted volatility, the policy's is assumed"};
  return {"stability", used, points, "the calmer the predicted price, the more"};
}

ScoreFactor risk_factor(const OpportunityPolicy& policy, const std::optional<std::string>& risk) {
  if (!risk) return {"interruption_risk", {}, {}, "no interruption bucket is known for this type"};
  if (const double* points = find(policy.risk_points, *risk)) {
    return {"interruption_risk", *risk, *points, "how often AWS took this type back in the last 30 days"};
  }
  return {"interruption_risk", *risk, policy.unknown_risk_points, "the policy does not know this risk"};
}

ScoreFactor trend_factor(const OpportunityPolicy& policy, const std::optional<std::string>& trend) {
  if (!trend) return {"price_trend", {}, 0.0, "no predicted trend, counted as neither rising nor falling"};
  if (const double* points = find(policy.trend_points, *trend)) {
    return {"price_trend", *trend, *points, "where the price is predicted to go"};
  }
  return {"price_trend", *trend, 0.0, "the policy does not know this trend"};
}

std::optional<double> total_points(const OpportunityPolicy& policy, const std::vector<ScoreFactor>& factors) {
  double sum = 0;
  for (const ScoreFactor& factor : factors) {
    if (!factor.points) return {};
    sum += *factor.points;
  }
  return std::clamp(sum, policy.score_min, policy.score_max);
}

/// Clocks differ between machines: what was observed "after" now is of age 0.
std::chrono::seconds age_at(Instant now, Instant observed_at) {
  return std::max(std::chrono::duration_cast<std::chrono::seconds>(now - observed_at),
                  std::chrono::seconds(0));
}

Figure price_figure(const std::string& name, const pricing::Quote* quote, Instant now) {
  if (!quote) return {name, {}, {}, {}, {}};
  Figure figure{name, {}, quote->source, quote->observed_at, age_at(now, quote->observed_at)};
  if (known_price(quote->usd_per_hour)) figure.value = quote->usd_per_hour;
  return figure;
}

Figure bucket_figure(const InterruptionBucket* bucket, Instant now) {
  if (!bucket) return {"interruption_bucket", {}, {}, {}, {}};
  return {"interruption_bucket", bucket->label, bucket->source, bucket->observed_at,
          age_at(now, bucket->observed_at)};
}

Figure prediction_figure(const SpotSnapshot& snapshot, const PricePrediction* prediction, Instant now) {
  if (!prediction) return {"price_prediction", {}, {}, {}, {}};
  Figure figure{"price_prediction",
                {},
                snapshot.forecast.source,
                snapshot.gathered_at,
                age_at(now, snapshot.gathered_at)};
  if (prediction->volatility) figure.value = *prediction->volatility;
  return figure;
}

/// The bucket's risk; an index that the policy has no word for is a risk nobody knows, not an unknown bucket.
std::optional<std::string> risk_of(const OpportunityPolicy& policy, const InterruptionBucket* bucket) {
  if (!bucket) return {};
  const auto index = static_cast<std::size_t>(bucket->index);
  if (bucket->index < 0 || index >= policy.risk_of_bucket.size()) return "unknown";
  return policy.risk_of_bucket[index];
}

Opportunity score_pool(const SpotSnapshot& snapshot, const OpportunityPolicy& policy,
                       const pricing::SpotQuote& pool, Instant now) {
  const pricing::Quote* on_demand = find(snapshot.on_demand, pool.instance_type);
  const InterruptionBucket* bucket = find(snapshot.buckets, pool.instance_type);
  const PricePrediction* prediction = find_prediction(snapshot, pool);

  Opportunity row;
  row.instance_type = pool.instance_type;
  row.availability_zone = pool.availability_zone;
  row.spot_usd_per_hour = known_price(pool.quote.usd_per_hour);
  if (on_demand) row.on_demand_usd_per_hour = known_price(on_demand->usd_per_hour);
  row.savings_percent = savings_percent(row.spot_usd_per_hour, row.on_demand_usd_per_hour);
  row.interruption_risk = risk_of(policy, bucket);
  std::optional<double> volatility;
  if (prediction) {
    row.price_trend = prediction->trend;
    volatility = prediction->volatility;
  }
  row.factors = {savings_factor(policy, row), stability_factor(policy, volatility),
                 risk_factor(policy, row.interruption_risk), trend_factor(policy, row.price_trend)};
  row.score = total_points(policy, row.factors);
  row.recommended = row.score && *row.score > policy.recommended_above;
  row.figures = {price_figure("spot_price", &pool.quote, now),
                 price_figure("on_demand_price", on_demand, now), bucket_figure(bucket, now),
                 prediction_figure(snapshot, prediction, now)};
  return row;
}

/// Falling by score, then savings (unknown last), rising by type and zone: a total order, so that equal input
/// gives equal output.
bool ranks_before(const Opportunity& a, const Opportunity& b) {
  if (a.score != b.score) return a.score > b.score;  // std::optional orders nothing before every value
  if (a.savings_percent != b.savings_percent) return a.savings_percent > b.savings_percent;
  return std::tie(a.instance_type, a.availability_zone) < std::tie(b.instance_type, b.availability_zone);
}

void summarise(OpportunityReport& report, const OpportunityPolicy& policy) {
  report.total = report.opportunities.size();
  double savings_sum = 0;
  std::size_t savings_count = 0;
  for (const Opportunity& row : report.opportunities) {
    if (row.score && *row.score > policy.high_value_above) ++report.high_value;
    if (row.recommended) ++report.recommended;
    if (!row.savings_percent) continue;
    savings_sum += *row.savings_percent;
    ++savings_count;
    report.savings_percent_best =
        std::max(report.savings_percent_best.value_or(*row.savings_percent), *row.savings_percent);
  }
  if (savings_count > 0) report.savings_percent_average = savings_sum / static_cast<double>(savings_count);
}

}  // namespace

std::optional<double> savings_percent(std::optional<double> spot_usd_per_hour,
                                      std::optional<double> on_demand_usd_per_hour) {
  if (!spot_usd_per_hour || !on_demand_usd_per_hour) return {};
  if (!known_price(*spot_usd_per_hour) || !known_price(*on_demand_usd_per_hour)) return {};
  return (*on_demand_usd_per_hour - *spot_usd_per_hour) / *on_demand_usd_per_hour * 100;
}

OpportunityReport rank_opportunities(const SpotSnapshot& snapshot, const OpportunityPolicy& policy,
                                     const OpportunityFilter& filter, Instant now) {
  OpportunityReport report;
  report.timestamp = now;
  report.region = snapshot.region;
  report.degraded = snapshot.degraded;
  for (const pricing::SpotQuote& pool : snapshot.spot) {
    Opportunity row = score_pool(snapshot, policy, pool, now);
    if (filter.score_min && !(row.score && *row.score >= *filter.score_min)) continue;
    report.opportunities.push_back(std::move(row));
  }
  std::ranges::sort(report.opportunities, ranks_before);
  summarise(report, policy);
  if (report.opportunities.size() > filter.limit) report.opportunities.resize(filter.limit);
  return report;
}

}  // namespace tidegate::spot
