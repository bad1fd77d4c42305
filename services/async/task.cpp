#include "services/async/task.h"

#include <functional>
#include <memory>

namespace tidegate {

pplx::scheduler_ptr async_detail::inline_scheduler() {
  static const std::shared_ptr<pplx::scheduler_interface> scheduler = std::make_shared<InlineScheduler>();
  return pplx::scheduler_ptr(scheduler);
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
