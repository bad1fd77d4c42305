#pragma once

#include <pplx/pplxtasks.h>

#include <chrono>
#include <compare>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "services/clock.h"
#include "services/spot/opportunity.h"

namespace tidegate::spot {

/// What a snapshot is of. Types and zones are sorted and without repeats; empty zones = all.
struct SnapshotKey {
  std::string region;
  std::vector<std::string> instance_types;
  std::vector<std::string> zones;
  // NOLINTNEXTLINE(modernize-use-nullptr): clang 14 takes the comparison with 0 for a pointer's
  auto operator<=>(const SnapshotKey&) const = default;
};

using SharedSnapshot = std::shared_ptr<const SpotSnapshot>;  // answers and the cache hold it at the same time

/// Keeps gathered snapshots. While one is fresh it is given at once; while it is stale it is given at once
/// and gathered anew in the background; otherwise the caller waits. However many ask, a key is gathered once
/// at a time. At most `entries_max` keys are kept, the least recently used goes. Thread-safe.
class SnapshotCache {
 public:
  using Gather = std::function<pplx::task<SharedSnapshot>(SnapshotKey)>;

  struct Limits {
    std::chrono::milliseconds ttl;        ///< fresh for this long
    std::chrono::milliseconds stale_max;  ///< usable for this long after that
    std::chrono::milliseconds retry;      ///< between tries where the last failed or was incomplete
    std::size_t entries_max;
  };

  struct Answer {
    SharedSnapshot snapshot;
    std::string refresh_failure;  ///< why a stale snapshot could not be replaced; empty where nothing failed
  };

  SnapshotCache(std::shared_ptr<Clock> clock, Limits limits, Gather gather);

  /// Throws what gathering threw where there is no usable snapshot. Done when it returns where there is one.
  pplx::task<Answer> get(SnapshotKey key);

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with gathering that outlives a call
};

}  // namespace tidegate::spot
