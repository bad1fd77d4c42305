#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <unordered_map>

#include "services/clock.h"

namespace tidegate::aws {

/// How far each host's clock is from ours, learnt from its Date header when it refuses our time. Thread-safe.
class ClockSkew {
 public:
  /// What to add to our time to sign for `host`.
  std::chrono::seconds offset(const std::string& host) const;

  /// Takes in the Date header of an answer that refused the request's time. True where the offset changed
  /// enough (a minute) that signing again may help.
  bool learn(const std::string& host, const std::string& date_header, Instant now);

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::chrono::seconds> offsets_;
};

}  // namespace tidegate::aws
