#pragma once

#include <map>
#include <string>
#include <vector>

#include "services/clock.h"

namespace tidegate::sandbox {

/// Facts about one real instance type in us-east-1, Linux, shared tenancy (sandbox/data/README.md).
struct InstanceFacts {
  double usd_per_hour = 0;  ///< on-demand
  int vcpus = 0;
  int memory_mib = 0;
  double spot_savings_percent = 0;  ///< the region's average of 30 days
  int interruption_bucket = 0;      ///< 0..4
};

/// The instance types that the sandbox knows.
struct Catalogue {
  std::string region;
  Instant on_demand_as_of;
  Instant advisor_as_of;
  std::vector<std::string> interruption_labels;  ///< by bucket
  std::map<std::string, InstanceFacts> types;
};

/// The catalogue that is compiled in.
Catalogue load_catalogue();

}  // namespace tidegate::sandbox
