#pragma once

#include <pplx/pplxtasks.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "services/alerts/alert.h"
#include "services/alerts/alert_index.h"
#include "services/alerts/alerts_config.h"
#include "services/alerts/channel.h"
#include "services/alerts/retry.h"
#include "services/clock.h"
#include "services/operations/runner.h"

namespace tidegate::alerts {

/// The channels by the name that the routing table uses. One that is missing is not configured.
using Channels = std::map<std::string, std::shared_ptr<Channel>>;

/// Carries out operations of kind "alert": tells every channel, each for itself, and goes on trying those
/// that failed. An attempt is recorded before it is made. Thread-safe.
class DeliveryWork : public std::enable_shared_from_this<DeliveryWork> {
 public:
  DeliveryWork(Channels channels, AlertIndex index, std::shared_ptr<Clock> clock, AlertsConfig config);

  /// The operation is answered once each channel was tried once (or answer_timeout is over), and finished
  /// once each has delivered or given up.
  pplx::task<operations::Outcome> carry_out(std::shared_ptr<operations::HeldOperation> held);

 private:
  class FirstAttempts;
  class AwakeParts;
  struct Job;

  Delivery first_move(const operations::HeldOperation& held, Delivery delivery) const;
  pplx::task<void> deliver(Job job, Delivery delivery);
  pplx::task<AttemptOutcome> attempt(std::shared_ptr<Channel> channel, Notification notification) const;
  pplx::task<void> put_into_index(AlertRecord alert, Instant from) const;

  /// How long a channel has still asked to be left alone.
  std::chrono::milliseconds quiet_time(const std::string& channel) const;
  void keep_quiet(const std::string& channel, std::chrono::seconds duration);
  std::chrono::milliseconds pause_before(const Delivery& delivery) const;

  const Channels channels_;
  const AlertIndex index_;
  const std::shared_ptr<Clock> clock_;
  const AlertsConfig config_;
  mutable std::mutex mutex_;
  std::map<std::string, SteadyInstant> quiet_until_;
};

}  // namespace tidegate::alerts
