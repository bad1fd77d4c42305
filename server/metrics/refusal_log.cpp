#include "server/metrics/refusal_log.h"

#include <chrono>
#include <cstdint>
#include <utility>

#include "services/telemetry/log.h"

namespace tidegate {

namespace {

using transport::Refusal;

/// What the service has no room for is the operator's to know; the rest is the peer's doing.
LogLevel level_of(Refusal reason) {
  const bool no_room = reason == Refusal::kConnectionLimit || reason == Refusal::kAddressLimit ||
                       reason == Refusal::kBodyMemory;
  return no_room ? LogLevel::kWarning : LogLevel::kInfo;
}

}  // namespace

void RefusalLog::write(const transport::RefusalNotice& notice, SteadyInstant now) {
  std::size_t left_out = 0;
  {
    const std::lock_guard lock(mutex_);
    if (now - second_began_ >= std::chrono::seconds(1)) {
      second_began_ = now;
      lines_ = 0;
    }
    if (lines_ == kLinesMax) {
      ++left_out_;
      return;
    }
    ++lines_;
    left_out = std::exchange(left_out_, 0);
  }
  log(level_of(notice.reason), "refused",
      {{"reason", transport::name(notice.reason)},
       {"peer", notice.peer},
       {"request_id", notice.request_id},
       {"left_out", static_cast<std::int64_t>(left_out)}});
}

}  // namespace tidegate
