#pragma once

#include <atomic>
#include <memory>
#include <utility>
#include <vector>

#include "services/error.h"
#include "services/state/store.h"

namespace tidegate {

/// A store as a process sees it that dies: after `writes_left` transactions it can do nothing more. The
/// transaction at which it dies may have been written or not.
class MortalStore final : public state::DocumentStore {
 public:
  MortalStore(std::shared_ptr<state::DocumentStore> real, int writes_left, bool last_is_written)
      : real_(std::move(real)), writes_left_(writes_left), last_is_written_(last_is_written) {}

  pplx::task<std::optional<state::Document>> get(state::Key key) override {
    require_life();
    return real_->get(std::move(key));
  }
  pplx::task<state::Page> query(state::RangeQuery query) override {
    require_life();
    return real_->query(std::move(query));
  }
  pplx::task<std::vector<std::uint64_t>> transact(std::vector<state::Write> writes) override {
    if (writes_left_.fetch_sub(1) > 0) return real_->transact(std::move(writes));
    if (!dead_.exchange(true) && last_is_written_) real_->transact(std::move(writes)).wait();
    require_life();
    return {};
  }
  pplx::task<void> ping() override { return real_->ping(); }

  bool dead() const { return dead_; }

 private:
  void require_life() const {
    if (dead_) throw UpstreamFailure("this process is dead", {.service = "test"});
  }

  const std::shared_ptr<state::DocumentStore> real_;
  std::atomic<int> writes_left_;
  const bool last_is_written_;
  std::atomic<bool> dead_{false};
};

}  // namespace tidegate
