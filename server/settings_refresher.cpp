#include "server/settings_refresher.h"

#include "services/telemetry/log.h"

namespace tidegate {

SettingsRefresher::SettingsRefresher(Read read, Use use, std::chrono::milliseconds interval)
    : read_(std::move(read)),
      use_(std::move(use)),
      interval_(interval),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void SettingsRefresher::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, stop, interval_, [&stop] { return stop.stop_requested(); })) {
    if (stop.stop_requested()) return;
    try {
      use_(read_()->config);
    } catch (const std::exception& failure) {
      log(LogLevel::kWarning, "settings.refresh_failed", {{"why", failure.what()}});
    }
  }
}

}  // namespace tidegate
