#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "services/http/http_client.h"

namespace tidegate::aws {

/// How often and how long a local credentials endpoint is asked.
struct MetadataPatience {
  std::chrono::milliseconds timeout{1'000};
  int attempts = 1;
  std::chrono::milliseconds pause{1'000};
};

/// Sends a request to a metadata endpoint, again after a failure of the transport or a 5xx. Null where no
/// answer came at all.
pplx::task<std::optional<http::Response>> ask_metadata(std::shared_ptr<http::HttpClient> http, Clock* clock,
                                                       http::Request request, MetadataPatience patience);

}  // namespace tidegate::aws
