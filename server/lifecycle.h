#pragma once

#include <chrono>

#include "server/app.h"

namespace tidegate {

struct LifecycleConfig {
  std::chrono::milliseconds prestop_delay{0};  ///< between "not ready" and "stop accepting"
  std::chrono::milliseconds drain_timeout{
      30'000};  ///< for requests in flight and running operations together
};

/// Keeps SIGTERM and SIGINT for run(). Call it before the first thread starts: threads inherit it. Also
/// ignores SIGPIPE.
void block_signals();

/// Starts the app and keeps it until SIGTERM or SIGINT; then: not ready, wait, stop listening, finish,
/// release, return 0. A second signal ends the process at once with 128 + its number.
int run(App& app, const LifecycleConfig& config);

}  // namespace tidegate
