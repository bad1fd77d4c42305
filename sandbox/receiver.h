#pragma once

#include <pplx/pplxtasks.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "services/alerts/channel.h"
#include "services/state/store.h"

namespace tidegate::sandbox {

/// What a simulated channel was asked to tell.
struct ReceivedNotification {
  std::string channel;  ///< "pagerduty", "slack", "email", "sms"
  std::string message_id;
  Instant received_at;
  alerts::Notification notification;
};

/// Where the sandbox's notifications arrive instead of at people. Kept in the document store for 7 days.
/// Thread-safe.
class Receiver {
 public:
  Receiver(std::shared_ptr<state::DocumentStore> store, const Clock& clock, std::uint64_t seed);

  /// Records a notification and returns its message id. Where the channel tells repeats apart (pagerduty), a
  /// dedup token that arrived within a day is not recorded again and gets the first one's id.
  /// Throws UpstreamFailure.
  pplx::task<std::string> receive(std::string channel, alerts::Notification notification);

  /// The latest, newest first; `limit` 1..1000.
  pplx::task<std::vector<ReceivedNotification>> list(std::size_t limit);

 private:
  std::shared_ptr<state::DocumentStore> store_;  // the platform's adapters share it
  const Clock& clock_;
  std::uint64_t seed_;
};

/// One simulated channel.
class SandboxChannel final : public alerts::Channel {
 public:
  SandboxChannel(std::string name, std::shared_ptr<Receiver> receiver)
      : name_(std::move(name)), receiver_(std::move(receiver)) {}
  pplx::task<std::string> notify(alerts::Notification notification, Deadline deadline) override;

 private:
  std::string name_;
  std::shared_ptr<Receiver> receiver_;  // shared by the channels
};

}  // namespace tidegate::sandbox
