#include "services/async/wait_until.h"

#include "services/async/spawn.h"
#include "services/async/task.h"
#include "services/error.h"

namespace tidegate {

namespace {

pplx::task<void> signal_end(pplx::task<void> work, pplx::task_completion_event<void> over) {
  try {
    co_await work;
  } catch (...) {
    // Told to whoever waits, if somebody still does.
  }
  over.set();
}

}  // namespace

pplx::task<void> wait_until(Deadline deadline, Clock& clock, pplx::task<void> work, std::string too_late) {
  if (!work.is_done()) {
    const pplx::task_completion_event<void> over;
    spawn("deadline.work", signal_end(work, over));
    spawn("deadline.timer", signal_end(clock.sleep_for(deadline.remaining(clock)), over));
    const pplx::task<void> first(over);
    co_await first;
  }
  if (!work.is_done()) throw DeadlineExceeded(too_late);
  co_await work;
}

}  // namespace tidegate
