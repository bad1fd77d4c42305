#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "services/clock.h"

namespace tidegate::routes {

/// Rendered bodies by what was asked. At most `entries_max`, the least recently used goes. Thread-safe; a hit
/// takes one short lock and copies nothing.
class AnswerCache {
 public:
  using Body = std::shared_ptr<const std::string>;  // answers being sent hold it past its time here

  AnswerCache(std::shared_ptr<Clock> clock, std::chrono::milliseconds ttl, std::size_t entries_max);

  /// The body under a key, or null where the caller is to render it and put() it. Once a body is past its
  /// time one caller gets null and the others the old body, for one more ttl at most: an expiry under load
  /// renders once.
  Body find(const std::string& key);
  void put(std::string key, Body body);

 private:
  struct Entry {
    Body body;
    SteadyInstant expires;
    SteadyInstant used;
  };

  std::shared_ptr<Clock> clock_;
  std::chrono::milliseconds ttl_;
  std::size_t entries_max_;
  std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
};

}  // namespace tidegate::routes
