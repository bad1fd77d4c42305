#include "server/middleware/waiting_requests.h"

#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "services/async/spawn.h"
#include "services/async/task.h"

namespace tidegate {

struct WaitingRequests::State {
  struct Entry {
    SteadyInstant due;
    std::function<void()> overdue;
  };

  explicit State(std::shared_ptr<Clock> its_clock) : clock(std::move(its_clock)) {}

  const std::shared_ptr<Clock> clock;
  std::mutex mutex;
  std::map<Ticket, Entry> entries;  // in the order in which they came, and so in which they are due
  Ticket next = 1;
  bool watched = false;

  static pplx::task<void> watch(std::shared_ptr<State> state);
};

pplx::task<void> WaitingRequests::State::watch(std::shared_ptr<State> state) {
  while (true) {
    std::vector<std::function<void()>> overdue;
    std::chrono::milliseconds pause{0};
    {
      const std::scoped_lock lock(state->mutex);
      const SteadyInstant now = state->clock->steady_now();
      auto& entries = state->entries;
      for (auto first = entries.begin(); first != entries.end() && first->second.due <= now;) {
        overdue.push_back(std::move(first->second.overdue));
        first = entries.erase(first);
      }
      state->watched = !entries.empty();
      if (state->watched)
        pause = std::chrono::ceil<std::chrono::milliseconds>(entries.begin()->second.due - now);
    }
    for (const auto& tell : overdue) tell();
    if (pause.count() == 0) co_return;
    co_await state->clock->sleep_for(pause);
  }
}

WaitingRequests::WaitingRequests(std::shared_ptr<Clock> clock)
    : state_(std::make_shared<State>(std::move(clock))) {}

WaitingRequests::~WaitingRequests() = default;

WaitingRequests::Ticket WaitingRequests::add(SteadyInstant due, std::function<void()> overdue) {
  Ticket ticket = 0;
  bool begin_watch = false;
  {
    const std::scoped_lock lock(state_->mutex);
    ticket = state_->next++;
    state_->entries.emplace_hint(state_->entries.end(), ticket, State::Entry{due, std::move(overdue)});
    begin_watch = !std::exchange(state_->watched, true);
  }
  if (begin_watch) spawn("request.timeouts", State::watch(state_));
  return ticket;
}

bool WaitingRequests::take_back(Ticket ticket) {
  const std::scoped_lock lock(state_->mutex);
  return state_->entries.erase(ticket) > 0;
}

}  // namespace tidegate
