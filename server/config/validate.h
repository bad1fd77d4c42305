#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "server/config/config.h"

namespace tidegate::config {

/// A setting that does not fit the others.
struct Complaint {
  std::string path;
  std::string message;
  std::optional<std::size_t> item = {};  ///< which one of a list, from 0
};

/// What can only be told from several settings together, or by asking those who use them. Empty = usable.
std::vector<Complaint> validate(const Config& config);

/// The same for the files that settings name: the TLS pair is read. Empty where none is named.
std::vector<Complaint> check_named_files(const Config& config);

}  // namespace tidegate::config
