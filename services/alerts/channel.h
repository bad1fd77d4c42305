#pragma once

#include <pplx/pplxtasks.h>

#include <chrono>
#include <optional>
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

/// Thrown by a channel: not delivered, as far as it knows.
class DeliveryFailed : public Error {
 public:
  struct Hints {
    bool retryable = false;                                ///< a later attempt may work
    std::optional<std::chrono::seconds> retry_after = {};  ///< the channel asks for silence until then
    bool maybe_delivered = false;                          ///< sent, but the answer is not known
  };

  DeliveryFailed(const std::string& detail, bool retryable)
      : DeliveryFailed(detail, Hints{retryable, {}, false}) {}
  DeliveryFailed(const std::string& detail, Hints hints) : Error(detail), hints_(hints) {}
  bool retryable() const { return hints_.retryable; }
  std::optional<std::chrono::seconds> retry_after() const { return hints_.retry_after; }
  bool maybe_delivered() const { return hints_.maybe_delivered; }

 private:
  Hints hints_;
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
