#pragma once

#include <memory>

#include "server/config/loader.h"

namespace tidegate::config {

/// load() with ${ssm:...} and ${secret:...} as well. AWS is asked, on the first such reference and with the
/// settings under `aws`, which can hold ${env:...} only; a configuration without one asks nobody. Blocks
/// until AWS has answered. Throws ConfigError.
std::unique_ptr<LoadedConfig> load_with_aws(Sources sources);

}  // namespace tidegate::config
