#include "routes/answer_cache.h"

#include <algorithm>
#include <utility>

namespace tidegate::routes {

AnswerCache::AnswerCache(std::shared_ptr<Clock> clock, std::chrono::milliseconds ttl, std::size_t entries_max)
    : clock_(std::move(clock)), ttl_(ttl), entries_max_(std::max<std::size_t>(entries_max, 1)) {}

AnswerCache::Body AnswerCache::find(const std::string& key) {
  const SteadyInstant now = clock_->steady_now();
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end()) return nullptr;
  Entry& entry = found->second;
  entry.used = now;
  if (now < entry.expires) return entry.body;
  const bool renewal_is_late = now >= entry.expires + ttl_;
  entry.expires = now + ttl_;
  if (renewal_is_late) entry.body.reset();  // nobody may be given what is this old
  return nullptr;
}

void AnswerCache::put(std::string key, Body body) {
  const SteadyInstant now = clock_->steady_now();
  const std::lock_guard lock(mutex_);
  if (!entries_.contains(key) && entries_.size() >= entries_max_) {
    entries_.erase(std::ranges::min_element(
        entries_, [](const auto& a, const auto& b) { return a.second.used < b.second.used; }));
  }
  entries_.insert_or_assign(std::move(key), Entry{std::move(body), now + ttl_, now});
}

}  // namespace tidegate::routes
