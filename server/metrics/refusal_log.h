#pragma once

#include <cstddef>
#include <mutex>

#include "server/transport/observer.h"
#include "services/clock.h"

namespace tidegate {

/// Writes a line "refused" for what the transport turns away or cuts off, so that the request id of its
/// answer can be found. Thread-safe.
class RefusalLog {
 public:
  /// Of one second; a flood must not fill the log. The next line tells how many were left out before it.
  static constexpr std::size_t kLinesMax = 10;

  void write(const transport::RefusalNotice& notice, SteadyInstant now);

 private:
  std::mutex mutex_;
  SteadyInstant second_began_;
  std::size_t lines_ = 0;  ///< in that second
  std::size_t left_out_ = 0;
};

}  // namespace tidegate
