#pragma once

#include <pplx/pplxtasks.h>

#include <string>

#include "services/async/deadline.h"
#include "services/error.h"

namespace tidegate::alerts {

/// What a channel is asked to tell.
struct Notification {
  std::string alert_id;
  std::string severity;  ///< "critical", "warning", "info", or as the sender wrote it
  std::string type;      ///< the seed's alert `type`, "general" where absent
  std::string title;
  std::string message;
  std::string alert_json;  ///< the whole alert as it came in
  std::string
      dedup_token;  ///< the same for every attempt of one delivery: a channel that can, uses it to send once
};

/// Thrown by a channel: not delivered. `retryable` says whether a later attempt may work.
class DeliveryFailed : public Error {
 public:
  DeliveryFailed(const std::string& detail, bool retryable) : Error(detail), retryable_(retryable) {}
  bool retryable() const { return retryable_; }

 private:
  bool retryable_;
};

/// One way to reach people. Thread-safe.
class Channel {
 public:
  virtual ~Channel() = default;
  /// Sends once and returns the message id that the channel gave (its own token where it gives none).
  /// Throws DeliveryFailed.
  virtual pplx::task<std::string> notify(Notification notification, Deadline deadline) = 0;
};

}  // namespace tidegate::alerts
