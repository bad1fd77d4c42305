#pragma once

#include <memory>
#include <mutex>

#include "services/alerts/channel.h"
#include "services/async/task.h"

namespace tidegate {

/// A channel whose settings may change while the service runs: each notification goes through the one that is
/// in place when it is sent. Thread-safe.
class ReplaceableChannel final : public alerts::Channel {
 public:
  explicit ReplaceableChannel(std::shared_ptr<alerts::Channel> channel) : channel_(std::move(channel)) {}

  void replace(std::shared_ptr<alerts::Channel> channel) {
    const std::scoped_lock lock(mutex_);
    channel_ = std::move(channel);
  }

  pplx::task<std::string> notify(alerts::Notification notification, Deadline deadline) override {
    std::shared_ptr<alerts::Channel> channel;
    {
      const std::scoped_lock lock(mutex_);
      channel = channel_;
    }
    return through(std::move(channel), std::move(notification), std::move(deadline));
  }

 private:
  /// Holds on to the channel until it has answered.
  static pplx::task<std::string> through(std::shared_ptr<alerts::Channel> channel,
                                         alerts::Notification notification, Deadline deadline) {
    co_return co_await channel->notify(std::move(notification), std::move(deadline));
  }

  std::mutex mutex_;
  std::shared_ptr<alerts::Channel> channel_;
};

}  // namespace tidegate
