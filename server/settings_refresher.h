#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "server/config/loader.h"

namespace tidegate {

/// Reads the configuration again every `interval` and hands it on, so that what is rotated in AWS is used
/// without a restart. Reading blocks, so it has a thread of its own. A configuration that can't be read or
/// used is logged and left: what was in force goes on.
class SettingsRefresher {
 public:
  using Read = std::function<std::unique_ptr<config::LoadedConfig>()>;
  using Use = std::function<void(const config::Config&)>;

  SettingsRefresher(Read read, Use use, std::chrono::milliseconds interval);
  /// Waits for a reading that is under way.
  ~SettingsRefresher() = default;

 private:
  void run(const std::stop_token& stop);

  Read read_;
  Use use_;
  std::chrono::milliseconds interval_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: it ends before what it uses
};

}  // namespace tidegate
