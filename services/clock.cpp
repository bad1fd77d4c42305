#include "services/clock.h"

#include <date/date.h>
#include <date/tz.h>

#include <sstream>

#include "services/error.h"

namespace tidegate {

using std::chrono::milliseconds;

namespace {

/// "2026-11-21T02:30:00.000" and the suffix. Written by hand: every log line has one, and a stream costs more
/// than the rest of the line.
std::string date_and_time(std::chrono::local_time<milliseconds> at, std::string_view suffix) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(at - day);
  std::string text = "0000-00-00T00:00:00.000";
  const auto put = [&text](std::size_t end, auto number) {
    for (auto left = static_cast<unsigned>(number); left > 0; left /= 10) {
      text[--end] = static_cast<char>('0' + left % 10);
    }
  };
  put(4, static_cast<int>(date.year()));
  put(7, static_cast<unsigned>(date.month()));
  put(10, static_cast<unsigned>(date.day()));
  put(13, time.hours().count());
  put(16, time.minutes().count());
  put(19, time.seconds().count());
  put(23, time.subseconds().count());
  return text.append(suffix);
}

/// "+05:30".
std::string offset_text(std::chrono::minutes offset) {
  const std::chrono::hh_mm_ss parts(offset);
  const auto two = [](auto number) {
    return std::string{static_cast<char>('0' + number / 10), static_cast<char>('0' + number % 10)};
  };
  return (parts.is_negative() ? "-" : "+") + two(parts.hours().count()) + ":" + two(parts.minutes().count());
}

}  // namespace

std::string format_rfc3339(Instant instant) {
  const auto rounded = std::chrono::floor<milliseconds>(instant);
  return date_and_time(std::chrono::local_time<milliseconds>(rounded.time_since_epoch()), "Z");
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
    const auto rounded = std::chrono::floor<milliseconds>(instant);
    const std::chrono::seconds offset = date::locate_zone(zone)->get_info(rounded).offset;
    return date_and_time(std::chrono::local_time<milliseconds>(rounded.time_since_epoch() + offset),
                         offset_text(std::chrono::floor<std::chrono::minutes>(offset)));
  } catch (const std::runtime_error&) {
    throw InvalidRequest("\"" + zone + "\" is no IANA time zone");
  }
}

}  // namespace tidegate
