#pragma once

#include <pplx/pplxtasks.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "services/alerts/alert.h"
#include "services/alerts/alert_index.h"
#include "services/alerts/alerts_config.h"
#include "services/alerts/delivery_work.h"
#include "services/clock.h"
#include "services/operations/runner.h"
#include "services/state/store.h"

namespace tidegate::alerts {

/// Who sends an alert, and how.
struct Sender {
  std::string principal;
  std::string request_id;
  std::optional<operations::IdempotencyClaim> claim;
  bool respond_async = false;
  std::string traceparent = {};  ///< W3C; empty where none came
};

struct AlertFilter {
  std::optional<std::string> severity;  ///< as the sender wrote it
  std::size_t limit = 20;               ///< 1..100
  std::string cursor;                   ///< from the page before
};

struct AlertPage {
  std::vector<AlertRecord> alerts;  ///< newest first
  std::string next_cursor;          ///< empty = the end
};

/// Routes alerts to people (seed 000, NotificationRouter). An alert is an operation of kind "alert" with one
/// step a channel, so that its deliveries outlive the process. Thread-safe.
class AlertService {
 public:
  static constexpr const char* kOperationKind = "alert";

  /// Registers its work with `runner`. Throws InvalidRequest for a routing table that can't be used.
  AlertService(Channels channels, std::shared_ptr<state::DocumentStore> store, std::shared_ptr<Clock> clock,
               AlertsConfig config, std::shared_ptr<operations::OperationRunner> runner);

  /// Takes an alert, a JSON object, on. `Begun::answered` has the answer (openapi: AlertAnswer) as its result
  /// once each channel was tried once; retries go on after it. Throws InvalidRequest for an alert that is
  /// none, and as OperationRunner::begin.
  pplx::task<operations::Begun> take_on(std::string alert_json, Sender sender);

  /// The newest alert of that id, as its deliveries stand. Throws NotFound.
  pplx::task<AlertRecord> get(std::string alert_id);

  /// Throws InvalidRequest for a cursor that is none.
  pplx::task<AlertPage> list(AlertFilter filter);

 private:
  const AlertsConfig config_;
  const AlertIndex index_;
  const std::shared_ptr<Clock> clock_;
  const std::shared_ptr<operations::OperationRunner> runner_;
};

}  // namespace tidegate::alerts
