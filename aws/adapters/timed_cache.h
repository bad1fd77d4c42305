#pragma once

#include <algorithm>
#include <chrono>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "services/async/deadline.h"
#include "services/async/spawn.h"
#include "services/async/task.h"
#include "services/error.h"

namespace tidegate::aws {

struct CachePolicy {
  std::chrono::seconds fresh_for{300};    ///< an entry this young is answered without asking AWS
  std::chrono::seconds stale_for{3'600};  ///< beyond that, an entry this young is answered while AWS fails
  std::chrono::seconds retry_pause{15};   ///< between attempts to replace a stale entry that AWS failed to
  std::size_t entries_max = 4'096;
};

/// Answers of AWS by key, each loaded once however many ask at the same time. Thread-safe. Must outlive the
/// tasks that it gave out only through the shared state that it keeps.
template <class Value>
class TimedCache {
 public:
  using ValuePtr = std::shared_ptr<const Value>;
  using Load = std::function<pplx::task<ValuePtr>(Deadline)>;

  TimedCache(CachePolicy policy, Clock& clock) : state_(std::make_shared<State>(policy, clock)) {}

  /// The entry of `key`, loaded by `load` where none is fresh. Throws what `load` throws unless a stale entry
  /// stands in.
  pplx::task<ValuePtr> get(std::string key, Deadline deadline, Load load) {
    return take(state_, std::move(key), std::move(deadline), std::move(load));
  }

  /// The entry where it is fresh, without loading.
  ValuePtr peek(const std::string& key) const {
    const std::scoped_lock lock(state_->mutex);
    const auto found = state_->entries.find(key);
    const bool usable = found != state_->entries.end() && found->second.value &&
                        state_->clock.steady_now() < found->second.loaded_at + state_->policy.fresh_for;
    return usable ? found->second.value : nullptr;
  }

  /// Keeps a value that was learnt by the way, as if it had just been loaded.
  void put(const std::string& key, Value value) {
    const std::scoped_lock lock(state_->mutex);
    if (!state_->entries.contains(key)) state_->make_room();
    auto& entry = state_->entries[key];
    entry.value = std::make_shared<const Value>(std::move(value));
    entry.loaded_at = state_->clock.steady_now();
    entry.failure = nullptr;
  }

 private:
  struct Entry {
    ValuePtr value;
    SteadyInstant loaded_at{};
    SteadyInstant retry_at{};
    std::exception_ptr failure;
    std::optional<pplx::task<void>> in_flight;
  };

  struct State {
    State(CachePolicy its_policy, Clock& its_clock) : policy(its_policy), clock(its_clock) {}
    const CachePolicy policy;
    Clock& clock;
    std::mutex mutex;
    std::map<std::string, Entry> entries;

    bool usable(const Entry& entry) const {
      if (!entry.value) return false;
      const auto now = clock.steady_now();
      if (now < entry.loaded_at + policy.fresh_for) return true;
      return now < entry.retry_at && now < entry.loaded_at + policy.stale_for;
    }

    void make_room() {
      if (entries.size() < policy.entries_max) return;
      auto oldest = entries.end();
      for (auto at = entries.begin(); at != entries.end(); ++at) {
        if (at->second.in_flight) continue;
        if (oldest == entries.end() || at->second.loaded_at < oldest->second.loaded_at) oldest = at;
      }
      if (oldest != entries.end()) entries.erase(oldest);
    }
  };
  using StatePtr = std::shared_ptr<State>;

  static pplx::task<ValuePtr> take(StatePtr state, std::string key, Deadline deadline, Load load) {
    const pplx::task_completion_event<void> done;
    std::optional<pplx::task<void>> wait;
    bool first = false;
    {
      const std::scoped_lock lock(state->mutex);
      if (!state->entries.contains(key)) state->make_room();
      auto& entry = state->entries[key];
      if (state->usable(entry)) co_return entry.value;
      first = !entry.in_flight;
      if (first) entry.in_flight = pplx::task<void>(done);
      wait = entry.in_flight;
    }
    if (first) {
      // Others wait for this load too: it keeps the first caller's time, not its cancellation.
      const auto shared = Deadline::after(state->clock, deadline.remaining(state->clock));
      spawn("cache.load", fill(state, key, shared, std::move(load), done));
    }
    co_await *wait;
    const std::scoped_lock lock(state->mutex);
    const auto found = state->entries.find(key);
    if (found != state->entries.end() && state->usable(found->second)) co_return found->second.value;
    if (found != state->entries.end() && found->second.failure) std::rethrow_exception(found->second.failure);
    throw DeadlineExceeded("a cached answer was dropped before it could be used");
  }

  static pplx::task<void> fill(StatePtr state, std::string key, Deadline deadline, Load load,
                               pplx::task_completion_event<void> done) {
    ValuePtr value;
    std::exception_ptr failure;
    try {
      value = co_await load(deadline);
    } catch (...) {
      failure = std::current_exception();
    }
    {
      const std::scoped_lock lock(state->mutex);
      auto& entry = state->entries[key];
      const auto now = state->clock.steady_now();
      if (failure) {
        entry.failure = failure;
        entry.retry_at = now + state->policy.retry_pause;
      } else {
        entry.value = std::move(value);
        entry.loaded_at = now;
        entry.failure = nullptr;
      }
      entry.in_flight.reset();
    }
    done.set();
  }

  StatePtr state_;
};

}  // namespace tidegate::aws
