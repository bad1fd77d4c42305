#pragma once

#include <pplx/pplxtasks.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "services/async/deadline.h"

namespace tidegate::pricing {

/// A price somebody stated, with who and when. Linux, shared tenancy.
struct Quote {
  double usd_per_hour = 0;  ///< > 0
  std::string source;       ///< "aws:pricing", "aws:spot-price-history", "sandbox"
  Instant observed_at;      ///< when the source was read, or for spot when the price came into force
};

/// On-demand prices. A type without a price is absent from the answer. Throws UpstreamFailure. Thread-safe;
/// answers from its cache while that is younger than its configured age.
class OnDemandPrices {
 public:
  virtual ~OnDemandPrices() = default;
  virtual pplx::task<std::map<std::string, Quote>> on_demand(std::string region,
                                                             std::vector<std::string> instance_types,
                                                             Deadline deadline) = 0;
};

/// One pool's spot price.
struct SpotQuote {
  std::string instance_type;
  std::string availability_zone;  ///< "us-east-1a"
  Quote quote;
};

/// Spot prices in force now, one a (type, zone) pool; Linux/UNIX. Empty `instance_types` or `zones` = no
/// restriction by it. Throws UpstreamFailure. Thread-safe; cached like OnDemandPrices.
class SpotPrices {
 public:
  virtual ~SpotPrices() = default;
  virtual pplx::task<std::vector<SpotQuote>> spot(std::string region, std::vector<std::string> instance_types,
                                                  std::vector<std::string> zones, Deadline deadline) = 0;
};

}  // namespace tidegate::pricing
