#pragma once

#include <pplx/pplxtasks.h>

#include <map>
#include <string>

#include "services/async/deadline.h"

namespace tidegate::spot {

/// How often AWS took a type's spot instances back over the last 30 days (Spot Instance Advisor feed): a
/// bucket over a whole region, not a zone.
struct InterruptionBucket {
  int index = 0;        ///< 0..4
  std::string label;    ///< "<5%", "5-10%", "10-15%", "15-20%", ">20%"
  std::string source;   ///< "aws:spot-advisor", "sandbox"
  Instant observed_at;  ///< when the feed was made or fetched
};

/// Interruption buckets of a region by instance type; a type without one is absent. Empty where no feed is
/// configured. Throws UpstreamFailure. Thread-safe.
class InterruptionSource {
 public:
  virtual ~InterruptionSource() = default;
  virtual pplx::task<std::map<std::string, InterruptionBucket>> buckets(std::string region,
                                                                        Deadline deadline) = 0;
};

}  // namespace tidegate::spot
