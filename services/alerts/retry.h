#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "services/alerts/alert.h"
#include "services/alerts/alerts_config.h"
#include "services/alerts/channel.h"
#include "services/clock.h"

namespace tidegate::alerts {

/// How often one delivery may be repeated because a crash hid its outcome; then it is given up.
inline constexpr int kResendsMax = 10;

/// What one attempt came to: an id where it was delivered, or why it was not.
struct AttemptOutcome {
  std::optional<std::string> message_id;
  std::string error;
  DeliveryFailed::Hints hints = {};
};

/// Marks that an attempt is about to be made. `delivery` is pending.
Delivery begin_attempt(Delivery delivery);

/// What a delivery is to be taken as where the one who worked on it died: an attempt that was under way is
/// made again, since being told twice is better than not at all. Leaves others as they are.
Delivery resume_delivery(Delivery delivery);

/// What a delivery is after its attempt: delivered, given up, or due again after a pause that doubles with
/// each failure and is never shorter than what the channel asked for. `retry_count` is of the routing rule.
Delivery after_attempt(Delivery delivery, const AttemptOutcome& outcome, int retry_count,
                       const AlertsConfig& config, Instant now);

}  // namespace tidegate::alerts
