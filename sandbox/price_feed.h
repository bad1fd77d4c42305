#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sandbox/catalogue.h"
#include "services/clock.h"

namespace tidegate::sandbox {

/// One pool's spot price and since when it has been in force.
struct FeedPrice {
  double usd_per_hour = 0;
  Instant since;
};

/// Simulated spot prices: what a pool costs is a function of the seed and the time, so that it needs no
/// state and every replica and restart sees the same feed.
///
/// A pool's level is the on-demand price less the advisor's savings, up to 12 % dearer or cheaper by zone.
/// Two waves (20..30 h and 4..9 h) move it by 3 % (interruption bucket 0) to 15 % (bucket 4), and the price
/// changes in steps of 10..40 minutes; it never exceeds the on-demand price. Four decimals.
class PriceFeed {
 public:
  struct Pool {
    std::string instance_type;
    std::string zone;
    double level_usd = 0;
    double ceiling_usd = 0;
    double swing = 0;         ///< fraction of the level
    double slow_hours = 0;    ///< period of the first wave
    double quick_hours = 0;   ///< period of the second
    double slow_phase = 0;    ///< radians
    double quick_phase = 0;   ///< radians
    std::int64_t step_s = 0;  ///< how long a price holds
    std::uint64_t seed = 0;
  };

  PriceFeed(const Catalogue& catalogue, std::uint64_t seed);

  /// Every pool of the region, by type, then zone. Each type is offered in three to five of five zones.
  const std::vector<Pool>& pools() const { return pools_; }

  static FeedPrice price(const Pool& pool, Instant at);

  /// Widest spread of the hourly prices of the last day over their mean, at most 1.
  static double volatility(const Pool& pool, Instant at);

  /// Where the pool's waves go within six hours: "increasing" or "decreasing" by more than 1.5 %, or
  /// "stable".
  static std::string trend(const Pool& pool, Instant at);

 private:
  std::vector<Pool> pools_;
};

}  // namespace tidegate::sandbox
