#pragma once

#include <string>
#include <vector>

#include "server/config/config.h"

namespace tidegate::config {

/// A setting that does not fit the others.
struct Complaint {
  std::string path;
  std::string message;
};

/// What can only be told from several settings together, or by asking those who use them. Empty = usable.
std::vector<Complaint> validate(const Config& config);

}  // namespace tidegate::config
