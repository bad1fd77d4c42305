#include "services/spot/snapshot_cache.h"

#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "services/async/spawn.h"
#include "services/async/task.h"
#include "services/async/when_all.h"
#include "services/telemetry/log.h"

namespace tidegate::spot {

namespace {

/// A gathering under way. Its outcome is data: nobody may be waiting for it, and an exception that nobody
/// observes would end the process.
using Flight = pplx::task<Settled<SharedSnapshot>>;
using Landing = pplx::task_completion_event<Settled<SharedSnapshot>>;

struct Entry {
  SharedSnapshot snapshot;
  SteadyInstant gathered{};
  SteadyInstant next_try{};
  SteadyInstant used{};
  std::string refresh_failure;
  std::optional<Flight> flight;
};

std::string failure_text(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "unknown failure";
  }
}

}  // namespace

struct SnapshotCache::State {
  std::shared_ptr<Clock> clock;
  Limits limits;
  Gather gather;
  std::mutex mutex;
  std::map<SnapshotKey, Entry> entries;

  /// Under the lock: the entry of a key, made where there is none, which may push another one out.
  Entry& touch(const SnapshotKey& key, SteadyInstant now) {
    auto found = entries.find(key);
    if (found == entries.end()) {
      make_room();
      found = entries.emplace(key, Entry{}).first;
    }
    found->second.used = now;
    return found->second;
  }

  void make_room() {
    while (entries.size() >= limits.entries_max) {
      auto oldest = entries.end();
      for (auto it = entries.begin(); it != entries.end(); ++it) {
        if (it->second.flight) continue;
        if (oldest == entries.end() || it->second.used < oldest->second.used) oldest = it;
      }
      if (oldest == entries.end()) return;
      entries.erase(oldest);
    }
  }

  void land(const SnapshotKey& key, const Settled<SharedSnapshot>& outcome) {
    const SteadyInstant now = clock->steady_now();
    const std::lock_guard lock(mutex);
    const auto found = entries.find(key);
    if (found == entries.end()) return;
    Entry& entry = found->second;
    entry.flight.reset();
    if (!outcome.value) {
      entry.refresh_failure = failure_text(outcome.failure);
      entry.next_try = now + limits.retry;
      return;
    }
    entry.snapshot = *outcome.value;
    entry.refresh_failure.clear();
    entry.gathered = now;
    entry.next_try = now + (entry.snapshot->sources_failed > 0 ? limits.retry : limits.ttl);
  }

  static pplx::task<void> fly(std::shared_ptr<State> state, SnapshotKey key, Landing landing) {
    Settled<SharedSnapshot> outcome;
    try {
      SharedSnapshot snapshot = co_await state->gather(key);
      outcome.value = std::move(snapshot);
    } catch (...) {
      outcome.failure = std::current_exception();
      const std::string reason = failure_text(outcome.failure);
      log(LogLevel::kWarning, "spot.gather_failed", {{"region", key.region}, {"error", reason}});
    }
    state->land(key, outcome);
    landing.set(std::move(outcome));
  }
};

SnapshotCache::SnapshotCache(std::shared_ptr<Clock> clock, Limits limits, Gather gather)
    : state_(std::make_shared<State>()) {
  state_->clock = std::move(clock);
  state_->limits = limits;
  state_->gather = std::move(gather);
}

namespace {

pplx::task<SnapshotCache::Answer> wait_for(Flight flight) {
  const auto outcome = co_await flight;
  if (outcome.failure) std::rethrow_exception(outcome.failure);
  co_return SnapshotCache::Answer{*outcome.value, {}};
}

}  // namespace

pplx::task<SnapshotCache::Answer> SnapshotCache::get(SnapshotKey key) {
  const SteadyInstant now = state_->clock->steady_now();
  std::optional<Answer> at_hand;
  std::optional<Flight> flight;
  std::optional<Landing> landing;
  {
    const std::lock_guard lock(state_->mutex);
    Entry& entry = state_->touch(key, now);
    if (entry.snapshot && now - entry.gathered < state_->limits.ttl + state_->limits.stale_max) {
      at_hand = Answer{entry.snapshot, entry.refresh_failure};
    }
    const bool wanted = !at_hand || now >= entry.next_try;
    if (wanted && !entry.flight) {
      landing.emplace();
      entry.flight = Flight(*landing);
    }
    flight = entry.flight;
  }
  // Outside the lock: gathering may run through at once, and completes the event.
  if (landing) spawn("spot.gather", State::fly(state_, std::move(key), *landing));
  if (at_hand) return pplx::task_from_result(*std::move(at_hand));
  return wait_for(*flight);
}

}  // namespace tidegate::spot
