#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "routes/router.h"
#include "server/transport/observer.h"
#include "services/clock.h"
#include "services/telemetry/telemetry.h"

namespace tidegate {

/// Why a request was turned away before its handler.
enum class Turned {
  kNotFound,          ///< no such path
  kMethodNotAllowed,  ///< the path does not take this method
  kUnauthenticated,
  kForbidden,
  kKeyRate,
  kGlobalRate,
  kContract
};

/// One route's durations, with the children for each status looked up once. Thread-safe.
class RouteMetrics {
 public:
  virtual ~RouteMetrics() = default;
  /// `head` where GET was asked for by HEAD.
  virtual void finished(bool head, int status, double seconds) = 0;
};

/// All that /metrics shows. Names and buckets follow the OpenTelemetry and Prometheus conventions; labels
/// come from small fixed sets. Thread-safe.
class Metrics final : public Telemetry, public transport::TransportObserver {
 public:
  Metrics();
  ~Metrics() override;

  /// The metrics of a route; the same one for the same method and template. Kept by Metrics.
  RouteMetrics& route(const std::string& method, const std::string& route_template);
  /// Of requests with this method that no route takes; methods that HTTP does not know count as "_OTHER".
  RouteMetrics& unmatched(std::string_view method);
  void request_started();
  void request_finished();
  /// Requests between started and finished.
  std::size_t requests_in_flight() const;
  void turned_away(Turned why);
  /// The certificate files were read and are in use. Not for what certificate_reloaded() tells.
  void certificate_loaded();
  /// When AWS gave the oldest of the settings that come from it.
  void settings_read(Instant at);

  // Telemetry
  void outgoing_call(std::string_view service, std::string_view operation, std::string_view outcome,
                     double seconds) override;
  void store_call(std::string_view call, std::string_view outcome, double seconds) override;
  void operation_started(std::string_view kind) override;
  void operation_finished(std::string_view kind, std::string_view state, double seconds) override;
  void operation_taken_over(std::string_view kind) override;
  void operation_left(std::string_view kind) override;

  // transport::TransportObserver
  void connection_opened() override;
  void connection_closed(std::size_t requests) override;
  /// Counts it, and writes it to the log as RefusalLog does.
  void refused(const transport::RefusalNotice& notice) override;
  void transferred(std::size_t received_bytes, std::size_t sent_bytes) override;
  void certificate_reloaded() override;
  void certificate_rejected(std::string_view why) override;

  /// Everything in the Prometheus text format 0.0.4, figures of the process included.
  std::string text();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// Answers getMetrics.
void add_metrics_route(routes::Routes& routes, std::shared_ptr<Metrics> metrics);

}  // namespace tidegate
