#include "server/transport/reply_scheduler.h"

#include <utility>

namespace tidegate::transport {
namespace {

// Set by respond() on its way out and used up by the very next statement of its caller, on the same thread.
thread_local bool observer_follows = false;

class ReplyScheduler final : public pplx::scheduler_interface {
 public:
  void schedule(pplx::TaskProc_t run, void* with) override {
    if (std::exchange(observer_follows, false)) {
      run(with);
    } else {
      pplx::get_ambient_scheduler()->schedule(run, with);
    }
  }
};

}  // namespace

pplx::task<void> completed_reply() {
  static ReplyScheduler scheduler;
  static const pplx::task<void> completed =
      pplx::task_from_result(pplx::task_options(pplx::scheduler_ptr(&scheduler)));
  observer_follows = true;
  return completed;
}

}  // namespace tidegate::transport
