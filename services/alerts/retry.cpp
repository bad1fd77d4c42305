#include "services/alerts/retry.h"

#include <algorithm>

namespace tidegate::alerts {

namespace {

std::chrono::milliseconds pause_after(int failures, const DeliveryFailed::Hints& hints,
                                      const AlertsConfig& config) {
  auto pause = config.retry_backoff;
  for (int i = 1; i < failures && pause < config.retry_backoff_max; ++i) pause *= 2;
  pause = std::min(pause, config.retry_backoff_max);
  if (!hints.retry_after) return pause;
  return std::max<std::chrono::milliseconds>(pause, std::min(*hints.retry_after, config.retry_after_max));
}

Delivery given_up(Delivery delivery) {
  delivery.state = DeliveryState::kFailed;
  delivery.next_attempt_at.reset();
  return delivery;
}

}  // namespace

Delivery begin_attempt(Delivery delivery) {
  ++delivery.attempts;
  delivery.under_way = true;
  delivery.next_attempt_at.reset();
  return delivery;
}

Delivery resume_delivery(Delivery delivery) {
  if (!delivery.under_way) return delivery;
  delivery.under_way = false;
  delivery.possible_duplicate = true;
  if (delivery.resends == kResendsMax) {
    delivery.error = "its outcome was lost in " + std::to_string(kResendsMax + 1) + " crashes";
    return given_up(std::move(delivery));
  }
  ++delivery.resends;
  return delivery;
}

Delivery after_attempt(Delivery delivery, const AttemptOutcome& outcome, int retry_count,
                       const AlertsConfig& config, Instant now) {
  delivery.under_way = false;
  if (outcome.message_id) {
    delivery.state = DeliveryState::kDelivered;
    delivery.message_id = *outcome.message_id;
    delivery.error.clear();
    return delivery;
  }
  ++delivery.failures;
  delivery.error = outcome.error;
  if (!outcome.hints.retryable || delivery.failures > retry_count) return given_up(std::move(delivery));
  if (outcome.hints.maybe_delivered) delivery.possible_duplicate = true;
  delivery.next_attempt_at = now + pause_after(delivery.failures, outcome.hints, config);
  return delivery;
}

}  // namespace tidegate::alerts
