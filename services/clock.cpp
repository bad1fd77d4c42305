#include "services/clock.h"

#include <date/date.h>
#include <date/tz.h>

#include <sstream>

#include "services/error.h"

namespace tidegate {

using std::chrono::milliseconds;

namespace {

void append_digits(std::string& text, unsigned number, std::size_t width) {
  text.append(width, '0');
  for (auto digit = text.rbegin(); width > 0; --width, ++digit, number /= 10) {
    *digit = static_cast<char>('0' + number % 10);
  }
}

}  // namespace

std::string format_rfc3339(Instant instant) {
  // Written by hand: every log line has one, and a stream costs more than the rest of the line.
  const auto rounded = std::chrono::floor<milliseconds>(instant);
  const auto day = std::chrono::floor<std::chrono::days>(rounded);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(rounded - day);
  std::string text;
  append_digits(text, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  append_digits(text.append(1, '-'), static_cast<unsigned>(date.month()), 2);
  append_digits(text.append(1, '-'), static_cast<unsigned>(date.day()), 2);
  append_digits(text.append(1, 'T'), static_cast<unsigned>(time.hours().count()), 2);
  append_digits(text.append(1, ':'), static_cast<unsigned>(time.minutes().count()), 2);
  append_digits(text.append(1, ':'), static_cast<unsigned>(time.seconds().count()), 2);
  append_digits(text.append(1, '.'), static_cast<unsigned>(time.subseconds().count()), 3);
  return text.append(1, 'Z');
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
