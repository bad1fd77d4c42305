#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "aws/adapters/timed_cache.h"
#include "services/http/http_client.h"
#include "services/spot/interruption_source.h"

namespace tidegate::aws {

struct SpotAdvisorConfig {
  std::string file = {};  ///< a copy of the feed; wins over `url`
  /// AWS's own, public; empty = interruption risks are unknown.
  std::string url = "https://spot-bid-advisor.s3.amazonaws.com/spot-advisor-data.json";
  CachePolicy cache{.fresh_for = std::chrono::hours(6), .stale_for = std::chrono::hours(24 * 30)};
};

/// spot::InterruptionSource from the Spot Instance Advisor feed (spot-advisor-data.json), Linux part. The
/// feed is AWS's word on the last 30 days of a whole region. observed_at is the file's modification time or
/// the answer's Last-Modified.
class SpotAdvisor final : public spot::InterruptionSource {
 public:
  SpotAdvisor(SpotAdvisorConfig config, std::shared_ptr<http::HttpClient> http, Clock& clock);
  ~SpotAdvisor() override;
  SpotAdvisor(const SpotAdvisor&) = delete;
  SpotAdvisor& operator=(const SpotAdvisor&) = delete;

  pplx::task<std::map<std::string, spot::InterruptionBucket>> buckets(std::string region,
                                                                      Deadline deadline) override;

  /// region -> instance type -> bucket.
  using Feed = std::map<std::string, std::map<std::string, spot::InterruptionBucket>>;
  /// Reads a feed. Throws UpstreamFailure where the text is not of the feed's shape; a row whose bucket does
  /// not exist is left out.
  static Feed parse(const std::string& text, Instant observed_at);

 private:
  SpotAdvisorConfig config_;
  std::shared_ptr<http::HttpClient> http_;
  Clock& clock_;
  TimedCache<Feed> cache_;
};

}  // namespace tidegate::aws
