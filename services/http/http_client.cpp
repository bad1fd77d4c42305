#include "services/http/http_client.h"

#include <algorithm>

#include "services/ascii.h"

namespace tidegate::http {

std::string Response::header(std::string_view name) const {
  const auto found =
      std::ranges::find_if(headers, [name](const auto& h) { return equals_ignoring_case(h.first, name); });
  return found == headers.end() ? std::string() : found->second;
}

}  // namespace tidegate::http
