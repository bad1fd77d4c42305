#include "aws/environment.h"

#include <strings.h>

#include <cstdlib>

namespace tidegate::aws {

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value =
        std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): nothing here sets variables
    if (value == nullptr || *value == '\0') return {};
    return value;
  };
}

bool is_true(const Environment& environment, const std::string& name) {
  const auto value = environment(name);
  return value && strcasecmp(value->c_str(), "true") == 0;
}

}  // namespace tidegate::aws
