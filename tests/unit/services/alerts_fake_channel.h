#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "services/alerts/channel.h"
#include "services/async/task.h"

namespace tidegate::alerts {

/// Records what it was told; answers from a script and "<name>-<n>" once that is used up.
class FakeChannel final : public Channel {
 public:
  explicit FakeChannel(std::string name) : name_(std::move(name)) {}

  pplx::task<std::string> notify(Notification notification, Deadline) override {
    told.push_back(std::move(notification));
    if (on_notify) on_notify();
    const std::string id = name_ + "-" + std::to_string(told.size());
    if (script.empty()) return pplx::task_from_result(id);
    auto next = std::move(script.front());
    script.pop_front();
    return next();
  }

  /// The next attempt fails.
  FakeChannel& then_fail(const std::string& detail, DeliveryFailed::Hints hints = {.retryable = true}) {
    script.push_back(
        [detail, hints] { return pplx::task_from_exception<std::string>(DeliveryFailed(detail, hints)); });
    return *this;
  }
  /// The next attempt ends when the returned event is set.
  pplx::task_completion_event<std::string> then_hang() {
    const pplx::task_completion_event<std::string> event;
    script.push_back([event] { return pplx::task<std::string>(event); });
    return event;
  }

  std::vector<Notification> told;
  std::function<void()> on_notify;
  std::deque<std::function<pplx::task<std::string>()>> script;

 private:
  std::string name_;
};

}  // namespace tidegate::alerts
