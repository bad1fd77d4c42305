#pragma once

#include <nlohmann/json.hpp>

namespace tidegate::aws {

struct Paged {
  nlohmann::json items = nlohmann::json::array();
  bool truncated = false;
};

}  // namespace tidegate::aws
