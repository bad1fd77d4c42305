#include "server/system_clock.h"

#include <pplx/threadpool.h>

#include <boost/asio/steady_timer.hpp>
#include <memory>

namespace tidegate {

pplx::task<void> SystemClock::sleep_for(std::chrono::milliseconds duration) {
  if (duration.count() <= 0) return pplx::task_from_result();
  const pplx::task_completion_event<void> wake;
  auto timer =
      std::make_shared<boost::asio::steady_timer>(crossplat::threadpool::shared_instance().service());
  timer->expires_after(duration);
  timer->async_wait([timer, wake](const boost::system::error_code&) { wake.set(); });
  return pplx::task<void>(wake);
}

}  // namespace tidegate
