#include "aws/client/clock_skew.h"

#include "aws/protocols/scalars.h"

namespace tidegate::aws {

using std::chrono::seconds;

namespace {

constexpr seconds kChangeThatMatters{60};

}  // namespace

seconds ClockSkew::offset(const std::string& host) const {
  const std::scoped_lock lock(mutex_);
  const auto found = offsets_.find(host);
  return found == offsets_.end() ? seconds(0) : found->second;
}

bool ClockSkew::learn(const std::string& host, const std::string& date_header, Instant now) {
  double theirs = 0;
  try {
    theirs = parse_instant(date_header);
  } catch (const std::runtime_error&) {
    return false;
  }
  const seconds measured(static_cast<std::int64_t>(theirs) -
                         std::chrono::floor<seconds>(now.time_since_epoch()).count());
  const std::scoped_lock lock(mutex_);
  auto& offset = offsets_[host];
  if (std::chrono::abs(measured - offset) < kChangeThatMatters) return false;
  offset = measured;
  return true;
}

}  // namespace tidegate::aws
