#pragma once

#include <chrono>
#include <memory>

#include "aws/adapters/timed_cache.h"
#include "aws/client/aws_client.h"
#include "services/pricing/price_source.h"

namespace tidegate::aws {

struct SpotPricesConfig {
  CachePolicy cache{.fresh_for = std::chrono::minutes(5), .stale_for = std::chrono::hours(6)};
  int page_size = 1'000;  ///< 1..1000
};

/// pricing::SpotPrices over EC2 DescribeSpotPriceHistory asked from now on, which gives the price in force of
/// each pool. Linux/UNIX.
class Ec2SpotPrices final : public pricing::SpotPrices {
 public:
  Ec2SpotPrices(std::shared_ptr<AwsClient> client, SpotPricesConfig config);

  pplx::task<std::vector<pricing::SpotQuote>> spot(std::string region,
                                                   std::vector<std::string> instance_types,
                                                   std::vector<std::string> zones,
                                                   Deadline deadline) override;

 private:
  using Quotes = std::vector<pricing::SpotQuote>;
  std::shared_ptr<AwsClient> client_;
  SpotPricesConfig config_;
  TimedCache<Quotes> cache_;
};

}  // namespace tidegate::aws
