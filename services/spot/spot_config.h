#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "services/spot/opportunity.h"

namespace tidegate::spot {

/// Types that EKS node groups commonly run on: general, compute, memory and burstable, Intel, AMD and
/// Graviton.
std::vector<std::string> common_instance_types();

/// How spot opportunities are found. Gathered into the process's configuration under `spot`.
struct SpotConfig {
  std::string region = "us-east-1";  ///< where a request names none (seed 000)
  /// What is looked at where a request names no type.
  std::vector<std::string> instance_types = common_instance_types();
  OpportunityPolicy policy;

  std::chrono::milliseconds snapshot_ttl{60'000};  ///< gathered prices are fresh for this long
  /// Past snapshot_ttl they are still answered with while they are gathered anew, up to this much longer.
  std::chrono::milliseconds snapshot_stale_max{600'000};
  /// Between two tries to gather where the last one failed, wholly or for one source.
  std::chrono::milliseconds snapshot_retry{10'000};
  std::size_t snapshots_max = 64;  ///< different (region, types, zones) kept

  std::chrono::milliseconds answer_ttl{5'000};  ///< a rendered answer is given again for this long
  std::size_t answers_max = 256;                ///< different rendered answers kept

  std::chrono::milliseconds gather_timeout{15'000};    ///< for all sources, which are asked in parallel
  std::chrono::milliseconds predictor_timeout{5'000};  ///< for the prediction, which a ranking can do without
};

}  // namespace tidegate::spot
