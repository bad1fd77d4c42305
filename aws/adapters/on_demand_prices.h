#pragma once

#include <chrono>
#include <memory>

#include "aws/adapters/timed_cache.h"
#include "aws/client/aws_client.h"
#include "services/pricing/price_source.h"

namespace tidegate::aws {

struct OnDemandPricesConfig {
  CachePolicy cache{.fresh_for = std::chrono::hours(24), .stale_for = std::chrono::hours(24 * 7)};
  std::size_t types_singly_max =
      16;  ///< more unknown types than these are read as one list of the whole region
  std::size_t calls_in_parallel_max = 8;
};

/// pricing::OnDemandPrices over Pricing GetProducts: Linux, shared tenancy, no licence. Prices in USD; a
/// region that is priced in another currency has none.
class PricingOnDemandPrices final : public pricing::OnDemandPrices {
 public:
  PricingOnDemandPrices(std::shared_ptr<AwsClient> client, OnDemandPricesConfig config);

  pplx::task<std::map<std::string, pricing::Quote>> on_demand(std::string region,
                                                              std::vector<std::string> instance_types,
                                                              Deadline deadline) override;

 private:
  using Prices = std::map<std::string, pricing::Quote>;
  std::shared_ptr<AwsClient> client_;
  OnDemandPricesConfig config_;
  TimedCache<Prices> cache_;
};

}  // namespace tidegate::aws
