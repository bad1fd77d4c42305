#include "services/spot/spot_config.h"

namespace tidegate::spot {

std::vector<std::string> common_instance_types() {
  return {"t3.medium",   "t3.large",   "t3.xlarge",  "t3a.large",  "t4g.large",  "m5.large",   "m5.xlarge",
          "m5.2xlarge",  "m5.4xlarge", "m5a.large",  "m5a.xlarge", "m6i.large",  "m6i.xlarge", "m6i.2xlarge",
          "m6a.large",   "m6a.xlarge", "m6g.large",  "m6g.xlarge", "m7g.large",  "m7g.xlarge", "m7i.large",
          "c5.large",    "c5.xlarge",  "c5.2xlarge", "c5.4xlarge", "c5a.xlarge", "c6i.large",  "c6i.xlarge",
          "c6i.2xlarge", "c6a.xlarge", "c6g.large",  "c6g.xlarge", "c7g.xlarge", "r5.large",   "r5.xlarge",
          "r5.2xlarge",  "r5a.xlarge", "r6i.large",  "r6i.xlarge", "r6g.xlarge"};
}

}  // namespace tidegate::spot
