#include "services/clock.h"

#include <date/date.h>
#include <date/tz.h>

#include <sstream>

#include "services/error.h"

namespace tidegate {

using std::chrono::milliseconds;

std::string format_rfc3339(Instant instant) {
  return date::format("%FT%TZ", std::chrono::floor<milliseconds>(instant));
}

Instant parse_rfc3339(const std::string& text) {
  std::chrono::sys_time<milliseconds> parsed;
  std::istringstream in(text);
  if (!text.empty() && text.back() == 'Z') {
    in >> date::parse("%FT%TZ", parsed);
  } else {
    in >> date::parse("%FT%T%Ez", parsed);
  }
  if (in.fail() || in.peek() != std::istringstream::traits_type::eof()) {
    throw InvalidRequest("\"" + text + "\" is no RFC 3339 instant such as 2026-11-21T02:30:00Z");
  }
  return parsed;
}

std::string format_in_zone(Instant instant, const std::string& zone) {
  try {
    return date::format("%FT%T%Ez", date::make_zoned(zone, std::chrono::floor<milliseconds>(instant)));
  } catch (const std::runtime_error&) {
    throw InvalidRequest("\"" + zone + "\" is no IANA time zone");
  }
}

}  // namespace tidegate
