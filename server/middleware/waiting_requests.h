#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "services/clock.h"

namespace tidegate {

/// Requests whose handlers were not done at once, so that each can be answered when its time is over.
/// Thread-safe.
class WaitingRequests {
 public:
  using Ticket = std::uint64_t;

  explicit WaitingRequests(std::shared_ptr<Clock> clock);
  ~WaitingRequests();
  WaitingRequests(const WaitingRequests&) = delete;
  WaitingRequests& operator=(const WaitingRequests&) = delete;

  /// `overdue` is run once `due` has passed, on whichever thread tells the time, unless the ticket was taken
  /// back. It must not throw. All requests are given the same time, so `due` grows from call to call.
  Ticket add(SteadyInstant due, std::function<void()> overdue);

  /// To be called once the handler is done. False where the request was overdue and is answered.
  bool take_back(Ticket ticket);

 private:
  struct State;
  std::shared_ptr<State> state_;  // the watch sleeps on where requests are gone
};

}  // namespace tidegate
