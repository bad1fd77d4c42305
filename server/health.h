#pragma once

#include <pplx/pplxtasks.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "routes/router.h"
#include "services/async/deadline.h"
#include "services/clock.h"

namespace tidegate {

/// Something without which the service can't serve.
struct ReadinessCheck {
  std::string name;  ///< "state_store", "aws_credentials"
  /// Returns one word or sentence about what it found; throws where it is not usable. Ends by its deadline,
  /// or is given up.
  std::function<pplx::task<std::string>(Deadline)> check;
};

struct HealthConfig {
  bool sandbox = false;
  std::chrono::milliseconds cached_for{1'000};  ///< a result is given again for this long
  std::chrono::milliseconds timeout{2'000};     ///< for all checks, which run side by side
};

/// Answers /livez, /readyz and /healthz. Checks run at most once at a time and once per `cached_for`, however
/// many ask. Thread-safe.
class Health {
 public:
  Health(HealthConfig config, std::vector<ReadinessCheck> checks, std::shared_ptr<Clock> clock);
  ~Health();

  /// Answers getLiveness, getReadiness and getHealth.
  void add_routes(routes::Routes& routes);

  /// From now on the service is not ready, whatever its checks say.
  void become_unready(const std::string& why);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;  // shared with handlers and running checks
};

}  // namespace tidegate
