#include "server/metrics/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <unordered_map>

#include "server/metrics/process_metrics.h"
#include "server/metrics/refusal_log.h"
#include "services/telemetry/log.h"

namespace tidegate {

namespace {

using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;

/// OpenTelemetry's for http.server.request.duration, in seconds.
const Histogram::BucketBoundaries kRequestBuckets{.005, .01, .025, .05, .075, .1,  .25,
                                                  .5,   .75, 1,    2.5, 5,    7.5, 10};
/// Operations last from one call to many minutes.
const Histogram::BucketBoundaries kOperationBuckets{.1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800};
/// The embedded store answers in microseconds, DynamoDB in milliseconds.
const Histogram::BucketBoundaries kStoreBuckets{.0001, .00025, .0005, .001, .0025, .005, .01,
                                                .025,  .05,    .1,    .25,  1,     5};

Family<Counter>& counters(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

Family<Gauge>& gauges(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}

Family<Histogram>& histograms(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
}

constexpr std::array kTurnedNames{"not_found",      "method_not_allowed", "unauthenticated", "forbidden",
                                  "rate_limit_key", "rate_limit_global",  "contract"};

/// OpenTelemetry's http.request.method; any other is "_OTHER".
constexpr std::array<std::string_view, 9> kKnownMethods{"GET",   "HEAD",    "POST",  "PUT",    "DELETE",
                                                        "PATCH", "OPTIONS", "TRACE", "CONNECT"};

constexpr int kStatusFirst = 100;
constexpr int kStatusCount = 500;

/// The histograms of a family by their labels' values, found again without making the labels.
template <std::size_t N>
class Series {
 public:
  Series(Family<Histogram>& family, std::array<const char*, N> names,
         const Histogram::BucketBoundaries& buckets)
      : family_(family), names_(names), buckets_(buckets) {}

  Histogram& of(const std::array<std::string_view, N>& values) {
    std::string key;
    for (const auto value : values) key.append(value).push_back('\0');
    const std::scoped_lock lock(mutex_);
    Histogram*& known = known_[key];
    if (known == nullptr) {
      prometheus::Labels labels;
      for (std::size_t i = 0; i < N; ++i) labels.emplace(names_[i], values[i]);
      known = &family_.Add(labels, buckets_);
    }
    return *known;
  }

 private:
  Family<Histogram>& family_;
  const std::array<const char*, N> names_;
  const Histogram::BucketBoundaries& buckets_;
  std::mutex mutex_;
  std::unordered_map<std::string, Histogram*> known_;
};

class PreparedRoute final : public RouteMetrics {
 public:
  PreparedRoute(Family<Histogram>& family, std::string method, std::string route)
      : family_(family), method_(std::move(method)), route_(std::move(route)) {}

  void finished(bool head, int status, double seconds) override {
    const int known = status >= kStatusFirst && status < kStatusFirst + kStatusCount ? status : 500;
    auto& child = (head ? head_children_ : children_)[static_cast<std::size_t>(known - kStatusFirst)];
    Histogram* histogram = child.load(std::memory_order_acquire);
    if (histogram == nullptr) {
      histogram = &family_.Add({{"http_request_method", head ? "HEAD" : method_},
                                {"http_response_status_code", std::to_string(known)},
                                {"http_route", route_}},
                               kRequestBuckets);
      child.store(histogram, std::memory_order_release);
    }
    histogram->Observe(seconds);
  }

 private:
  using Children = std::array<std::atomic<Histogram*>, kStatusCount>;

  Family<Histogram>& family_;
  const std::string method_;
  const std::string route_;
  Children children_{};
  Children head_children_{};
};

}  // namespace

class Metrics::Impl {
 public:
  Impl() {
    gauges(registry, "tidegate_build_info", "Always 1; its labels name the build.")
        .Add({{"version", TIDEGATE_VERSION}})
        .Set(1);
    for (const transport::Refusal reason : transport::kRefusals) {
      refusals[static_cast<std::size_t>(reason)] =
          &refusal_family.Add({{"reason", std::string(transport::name(reason))}});
    }
    for (std::size_t i = 0; i < kTurnedNames.size(); ++i)
      turned[i] = &turned_family.Add({{"reason", kTurnedNames[i]}});
    for (const char* outcome : {"ok", "rejected"}) certificate_reloads.Add({{"outcome", outcome}});
    // increase() and rate() do not see the first event of a series that begins with it.
    for (const char* call : {"get", "query", "transact", "ping"}) store.of({call, "error"});
  }

  /// Series that begin at 0: increase() does not see the first event of one that begins with it.
  void begin_series_of(std::string_view kind) {
    for (const char* state : {"succeeded", "partially_succeeded", "failed", "refused"}) {
      operation_durations.of({kind, state});
    }
    operations_taken_over.Add({{"kind", std::string(kind)}});
  }

  Gauge& running(std::string_view kind) { return operations_running.Add({{"kind", std::string(kind)}}); }

  RouteMetrics& route(const std::string& method, const std::string& path) {
    const std::scoped_lock lock(routes_mutex);
    auto& prepared = routes[{method, path}];
    if (!prepared) prepared = std::make_unique<PreparedRoute>(request_durations, method, path);
    return *prepared;
  }

  prometheus::Registry registry;

  Family<Histogram>& request_durations =
      histograms(registry, "http_server_request_duration_seconds", "Duration of HTTP server requests.");
  Gauge& active_requests =
      gauges(registry, "http_server_active_requests", "HTTP requests in flight.").Add({});
  Family<Counter>& turned_family = counters(registry, "tidegate_requests_turned_away_total",
                                            "Requests answered before their handler, by reason.");
  std::array<Counter*, kTurnedNames.size()> turned{};

  Gauge& connections = gauges(registry, "tidegate_connections", "Open connections.").Add({});
  Counter& connections_opened =
      counters(registry, "tidegate_connections_opened_total", "Connections accepted.").Add({});
  Counter& received_bytes =
      counters(registry, "tidegate_received_bytes_total", "Bytes received, without TLS.").Add({});
  Counter& sent_bytes = counters(registry, "tidegate_sent_bytes_total", "Bytes sent, without TLS.").Add({});
  Family<Counter>& refusal_family =
      counters(registry, "tidegate_refusals_total", "What the transport turned away or cut off, by reason.");
  std::array<Counter*, transport::kRefusals.size()> refusals{};
  RefusalLog refusal_log;
  Family<Counter>& certificate_reloads = counters(registry, "tidegate_certificate_reloads_total",
                                                  "Certificate files that were read again, by outcome.");

  Family<Gauge>& certificate_loaded =
      gauges(registry, "tidegate_certificate_last_success_timestamp_seconds",
             "When the certificate files in use were read, since unix epoch in seconds.");
  Family<Gauge>& settings_read =
      gauges(registry, "tidegate_settings_refresh_last_success_timestamp_seconds",
             "When AWS gave the oldest of the settings that come from it, since unix epoch in seconds.");

  Series<3> outgoing{histograms(registry, "tidegate_outgoing_call_duration_seconds",
                                "Attempts of calls to other services, by outcome."),
                     {"service", "operation", "outcome"},
                     kRequestBuckets};
  Series<2> store{
      histograms(registry, "tidegate_store_call_duration_seconds", "Calls of the state store, by outcome."),
      {"call", "outcome"},
      kStoreBuckets};
  Family<Counter>& operations_started =
      counters(registry, "tidegate_operations_started_total", "Operations begun.");
  Series<2> operation_durations{
      histograms(registry, "tidegate_operation_duration_seconds",
                 "Finished operations, by their last state; refused: failed because of what was asked."),
      {"kind", "state"},
      kOperationBuckets};
  Family<Gauge>& operations_running =
      gauges(registry, "tidegate_operations_running", "Unfinished operations in the hands of this process.");
  Family<Counter>& operations_taken_over = counters(registry, "tidegate_operations_taken_over_total",
                                                    "Operations taken over from a silent replica.");
  ProcessMetrics process{registry};

  std::mutex routes_mutex;
  std::map<std::pair<std::string, std::string>, std::unique_ptr<PreparedRoute>> routes;
  std::mutex text_mutex;
  std::atomic<std::size_t> in_flight{0};
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

RouteMetrics& Metrics::route(const std::string& method, const std::string& route_template) {
  return impl_->route(method, route_template);
}

RouteMetrics& Metrics::unmatched(std::string_view method) {
  const bool known = std::find(kKnownMethods.begin(), kKnownMethods.end(), method) != kKnownMethods.end();
  return impl_->route(known ? std::string(method) : "_OTHER", "");
}

void Metrics::request_started() { impl_->in_flight.fetch_add(1, std::memory_order_relaxed); }
void Metrics::request_finished() { impl_->in_flight.fetch_sub(1, std::memory_order_relaxed); }
std::size_t Metrics::requests_in_flight() const { return impl_->in_flight.load(std::memory_order_relaxed); }

void Metrics::turned_away(Turned why) { impl_->turned[static_cast<std::size_t>(why)]->Increment(); }

void Metrics::certificate_loaded() { impl_->certificate_loaded.Add({}).SetToCurrentTime(); }

void Metrics::settings_read(Instant at) {
  const std::chrono::duration<double> since_epoch = at.time_since_epoch();
  impl_->settings_read.Add({}).Set(since_epoch.count());
}

void Metrics::outgoing_call(std::string_view service, std::string_view operation, std::string_view outcome,
                            double seconds) {
  impl_->outgoing.of({service, operation, outcome}).Observe(seconds);
}

void Metrics::store_call(std::string_view call, std::string_view outcome, double seconds) {
  impl_->store.of({call, outcome}).Observe(seconds);
}

void Metrics::operation_started(std::string_view kind) {
  Counter& started = impl_->operations_started.Add({{"kind", std::string(kind)}});
  if (started.Value() == 0) impl_->begin_series_of(kind);
  started.Increment();
  impl_->running(kind).Increment();
}

void Metrics::operation_finished(std::string_view kind, std::string_view state, double seconds) {
  impl_->operation_durations.of({kind, state}).Observe(seconds);
  impl_->running(kind).Decrement();
}

void Metrics::operation_taken_over(std::string_view kind) {
  impl_->operations_taken_over.Add({{"kind", std::string(kind)}}).Increment();
  impl_->running(kind).Increment();
}

void Metrics::operation_left(std::string_view kind) { impl_->running(kind).Decrement(); }

void Metrics::connection_opened() {
  impl_->connections.Increment();
  impl_->connections_opened.Increment();
}

void Metrics::connection_closed(std::size_t) { impl_->connections.Decrement(); }

void Metrics::refused(const transport::RefusalNotice& notice) {
  impl_->refusals[static_cast<std::size_t>(notice.reason)]->Increment();
  impl_->refusal_log.write(notice, std::chrono::steady_clock::now());
}

void Metrics::transferred(std::size_t received_bytes, std::size_t sent_bytes) {
  impl_->received_bytes.Increment(static_cast<double>(received_bytes));
  impl_->sent_bytes.Increment(static_cast<double>(sent_bytes));
}

void Metrics::certificate_reloaded() {
  impl_->certificate_reloads.Add({{"outcome", "ok"}}).Increment();
  certificate_loaded();
  log(LogLevel::kInfo, "tls.certificate_reloaded", {});
}

void Metrics::certificate_rejected(std::string_view why) {
  impl_->certificate_reloads.Add({{"outcome", "rejected"}}).Increment();
  log(LogLevel::kError, "tls.certificate_rejected", {{"error", why}});
}

std::string Metrics::text() {
  const std::scoped_lock lock(impl_->text_mutex);  // refresh() is for one thread at a time
  impl_->process.refresh();
  impl_->active_requests.Set(static_cast<double>(requests_in_flight()));
  return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

void add_metrics_route(routes::Routes& routes, std::shared_ptr<Metrics> metrics) {
  routes.on("getMetrics", [metrics](const routes::Call&) {
    routes::Answer answer;
    answer.content_type = "text/plain; version=0.0.4; charset=utf-8";
    answer.body = std::make_shared<const std::string>(metrics->text());
    return pplx::task_from_result(std::move(answer));
  });
}

}  // namespace tidegate
