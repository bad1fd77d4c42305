#pragma once

#include "services/clock.h"

namespace tidegate {

/// The machine's clocks; timers run on cpprestsdk's asio service, so what they wake runs on its pool.
class SystemClock final : public Clock {
 public:
  Instant now() const override { return std::chrono::system_clock::now(); }
  SteadyInstant steady_now() const override { return std::chrono::steady_clock::now(); }
  pplx::task<void> sleep_for(std::chrono::milliseconds duration) override;
};

}  // namespace tidegate
