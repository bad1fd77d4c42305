#include "services/spot/spot_service.h"

#include <algorithm>
#include <utility>

#include "services/async/deadline.h"
#include "services/async/task.h"
#include "services/async/when_all.h"
#include "services/error.h"

namespace tidegate::spot {

namespace {

std::vector<std::string> sorted_set(std::vector<std::string> names) {
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

/// Asks a source and turns its failure into data, so that several can be asked before any is waited for.
template <class Ask>
auto settled(Ask ask) -> pplx::task<Settled<typename decltype(ask())::result_type>> {
  Settled<typename decltype(ask())::result_type> outcome;
  try {
    const auto asked = ask();
    auto value = co_await asked;
    outcome.value.emplace(std::move(value));
  } catch (...) {
    outcome.failure = std::current_exception();
  }
  co_return outcome;
}

std::string text_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "unknown failure";
  }
}

/// Takes what a source answered, or notes that it did not.
template <class T>
void take(Settled<T>& from, T& into, const std::string& name, SpotSnapshot& snapshot) {
  if (from.value) {
    into = std::move(*from.value);
    return;
  }
  snapshot.degraded.push_back(name + " can't be had: " + text_of(from.failure));
  ++snapshot.sources_failed;
}

[[noreturn]] void rethrow_as_upstream_failure(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const UpstreamFailure&) {
    throw;
  } catch (const InvalidRequest&) {
    throw;
  } catch (const std::exception& e) {
    throw UpstreamFailure(std::string("spot prices can't be had: ") + e.what(),
                          {.service = "EC2",
                           .operation = "DescribeSpotPriceHistory",
                           .code = {},
                           .request_id = {},
                           .retryable = true});
  }
}

/// Notes that a source answered, and knows nothing of what there are spot prices for.
template <class T>
void note_gap(const Settled<T>& from, const T& taken, const std::string& gap, SpotSnapshot& snapshot) {
  if (from.value && taken.empty() && !snapshot.spot.empty()) snapshot.degraded.push_back(gap);
}

}  // namespace

struct SpotService::Sources {
  std::shared_ptr<pricing::OnDemandPrices> on_demand;
  std::shared_ptr<pricing::SpotPrices> spot;
  std::shared_ptr<InterruptionSource> interruptions;
  std::shared_ptr<PricePredictor> predictor;
  std::shared_ptr<Clock> clock;
  SpotConfig config;

  /// Serves many callers at once, so it has its own deadline.
  static pplx::task<SharedSnapshot> gather(std::shared_ptr<const Sources> from, SnapshotKey key) {
    const Sources* s = from.get();
    const auto until = Deadline::after(*s->clock, s->config.gather_timeout);
    const auto prediction_until =
        Deadline::after(*s->clock, std::min(s->config.gather_timeout, s->config.predictor_timeout));
    const auto asked_spot =
        settled([s, key, until] { return s->spot->spot(key.region, key.instance_types, key.zones, until); });
    const auto asked_on_demand =
        settled([s, key, until] { return s->on_demand->on_demand(key.region, key.instance_types, until); });
    const auto asked_buckets =
        settled([s, key, until] { return s->interruptions->buckets(key.region, until); });
    const auto asked_forecast =
        settled([s, key, prediction_until] { return s->predictor->predict(key.region, prediction_until); });

    auto spot_quotes = co_await asked_spot;
    auto on_demand_quotes = co_await asked_on_demand;
    auto buckets_by_type = co_await asked_buckets;
    auto forecast = co_await asked_forecast;
    if (!spot_quotes.value) rethrow_as_upstream_failure(spot_quotes.failure);

    const auto snapshot = std::make_shared<SpotSnapshot>();
    snapshot->region = key.region;
    snapshot->spot = std::move(*spot_quotes.value);
    take(on_demand_quotes, snapshot->on_demand, "on-demand prices", *snapshot);
    take(buckets_by_type, snapshot->buckets, "interruption buckets", *snapshot);
    take(forecast, snapshot->forecast, "price predictions", *snapshot);
    // A predictor that is not configured (source "none") is no fault.
    if (!snapshot->forecast.unavailable.empty() && snapshot->forecast.source != "none") {
      snapshot->degraded.push_back("price predictions can't be had: " + snapshot->forecast.unavailable);
      ++snapshot->sources_failed;
    }
    note_gap(on_demand_quotes, snapshot->on_demand, "no on-demand price is known for these types", *snapshot);
    note_gap(buckets_by_type, snapshot->buckets, "no interruption bucket is known in " + key.region,
             *snapshot);
    snapshot->gathered_at = s->clock->now();
    co_return SharedSnapshot(snapshot);
  }

  static pplx::task<OpportunityReport> rank(std::shared_ptr<const Sources> from,
                                            pplx::task<SnapshotCache::Answer> asked,
                                            OpportunityFilter filter) {
    const auto answer = co_await asked;
    OpportunityReport report =
        rank_opportunities(*answer.snapshot, from->config.policy, filter, from->clock->now());
    if (!answer.refresh_failure.empty()) {
      report.degraded.push_back("prices are of " + format_rfc3339(answer.snapshot->gathered_at) +
                                ", newer ones can't be had: " + answer.refresh_failure);
    }
    co_return report;
  }

  static pplx::task<ForecastReport> forecast(std::shared_ptr<const Sources> from, ForecastQuery query) {
    const auto until = Deadline::after(*from->clock, from->config.predictor_timeout);
    ForecastReport report;
    report.region = query.region.empty() ? from->config.region : query.region;
    const auto predicted = from->predictor->predict(report.region, until);
    report.forecast = co_await predicted;
    if (!query.instance_types.empty()) {
      std::erase_if(report.forecast.by_pool, [&query](const auto& pools) {
        return std::ranges::find(query.instance_types, pools.first) == query.instance_types.end();
      });
    }
    report.timestamp = from->clock->now();
    co_return report;
  }
};

SpotService::SpotService(std::shared_ptr<pricing::OnDemandPrices> on_demand,
                         std::shared_ptr<pricing::SpotPrices> spot,
                         std::shared_ptr<InterruptionSource> interruptions,
                         std::shared_ptr<PricePredictor> predictor, std::shared_ptr<Clock> clock,
                         SpotConfig config)
    : sources_(std::make_shared<const Sources>(Sources{std::move(on_demand), std::move(spot),
                                                       std::move(interruptions), std::move(predictor),
                                                       std::move(clock), std::move(config)})),
      snapshots_(sources_->clock,
                 {.ttl = sources_->config.snapshot_ttl,
                  .stale_max = sources_->config.snapshot_stale_max,
                  .retry = sources_->config.snapshot_retry,
                  .entries_max = sources_->config.snapshots_max},
                 [from = sources_](SnapshotKey key) { return Sources::gather(from, std::move(key)); }) {}

const SpotConfig& SpotService::config() const { return sources_->config; }

pplx::task<OpportunityReport> SpotService::opportunities(OpportunityQuery query) {
  const SpotConfig& config = sources_->config;
  SnapshotKey key;
  key.region = query.region.empty() ? config.region : query.region;
  key.instance_types =
      sorted_set(query.instance_types.empty() ? config.instance_types : query.instance_types);
  key.zones = sorted_set(std::move(query.zones));
  return Sources::rank(sources_, snapshots_.get(std::move(key)), query.filter);
}

pplx::task<ForecastReport> SpotService::forecast(ForecastQuery query) {
  return Sources::forecast(sources_, std::move(query));
}

}  // namespace tidegate::spot
