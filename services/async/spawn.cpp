#include "services/async/spawn.h"

#include "services/async/task.h"
#include "services/telemetry/log.h"

namespace tidegate {

namespace {

pplx::task<void> observe(std::string name, pplx::task<void> task) {
  try {
    co_await task;
  } catch (const std::exception& failure) {
    log(LogLevel::kError, "task.failed", {{"task", name}, {"error", failure.what()}});
  } catch (...) {
    log(LogLevel::kError, "task.failed", {{"task", name}});
  }
}

}  // namespace

void spawn(const std::string& name, pplx::task<void> task) { observe(name, std::move(task)); }

}  // namespace tidegate
