#pragma once

#include <pplx/pplxtasks.h>

#include <chrono>
#include <string>

namespace tidegate {

using Instant = std::chrono::system_clock::time_point;
using SteadyInstant = std::chrono::steady_clock::time_point;

/// Time, as services may know it. Wall time is for people and records; waiting is measured on the steady
/// clock. Thread-safe. The real one is server/system_clock, tests use a virtual one.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
  virtual SteadyInstant steady_now() const = 0;
  /// Completes on a pool thread once `duration` has passed on the steady clock; at once where it is not
  /// positive.
  virtual pplx::task<void> sleep_for(std::chrono::milliseconds duration) = 0;
};

/// "2026-11-21T02:30:00.123Z": RFC 3339 in UTC with milliseconds.
std::string format_rfc3339(Instant instant);

/// The instant of an RFC 3339 text with zone ("Z" or an offset). Throws InvalidRequest where it is none.
Instant parse_rfc3339(const std::string& text);

/// "2026-11-21T08:00:00.000+05:30": an instant as local time of an IANA zone.
/// Throws InvalidRequest for an unknown zone.
std::string format_in_zone(Instant instant, const std::string& zone);

}  // namespace tidegate
