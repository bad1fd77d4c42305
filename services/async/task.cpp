#include "services/async/task.h"

#include <functional>
#include <memory>

namespace tidegate {

pplx::scheduler_ptr async_detail::inline_scheduler() {
  static const std::shared_ptr<pplx::scheduler_interface> scheduler = std::make_shared<InlineScheduler>();
  return pplx::scheduler_ptr(scheduler);
}

pplx::details::_Task_impl_base& async_detail::resumption_anchor() {
  static const pplx::task<void>& anchor = *new pplx::task<void>(pplx::task_from_result());
  return *anchor._GetImpl();
}

void post_to_pool(std::function<void()> work) {
  auto owned = std::make_unique<std::function<void()>>(std::move(work));
  pplx::get_ambient_scheduler()->schedule(
      [](void* param) {
        const std::unique_ptr<std::function<void()>> call(static_cast<std::function<void()>*>(param));
        (*call)();
      },
      owned.release());
}

}  // namespace tidegate
