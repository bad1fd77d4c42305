#pragma once

#include <pplx/pplxtasks.h>

#include <string>

#include "services/async/deadline.h"

namespace tidegate {

/// Waits for `work` until the deadline, for work that many wait for and no single caller may end. Throws what
/// `work` throws, and DeadlineExceeded with the text `too_late` once the time is over; `work` goes on. A
/// cancellation does not end the wait.
pplx::task<void> wait_until(Deadline deadline, Clock& clock, pplx::task<void> work, std::string too_late);

}  // namespace tidegate
