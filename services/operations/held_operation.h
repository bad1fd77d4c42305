#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "services/async/task.h"
#include "services/operations/runner.h"

namespace tidegate::operations {

/// The writer behind HeldOperation: one write at a time, each under the version that the last one left,
/// changes that arrive meanwhile merged into the next.
class LeasedOperation final : public HeldOperation, public std::enable_shared_from_this<LeasedOperation> {
 public:
  LeasedOperation(std::shared_ptr<state::DocumentStore> store, std::shared_ptr<Clock> clock,
                  const OperationsConfig& config, Operation operation, std::uint64_t version, bool resumed,
                  SteadyInstant acquired);

  const std::string& id() const { return id_; }
  Operation snapshot() const override;
  bool resumed() const override { return resumed_; }
  pplx::task<void> record(std::function<void(Operation&)> change) override;
  void note(const std::function<void(Operation&)>& change) override;
  pplx::task<void> answer(std::string result) override;
  void require_lease() const override;
  void set_dormant(bool dormant) override { dormant_ = dormant; }
  bool dormant() const { return dormant_.load(); }
  /// Whether it is another's by now, or may be: this process writes it no more.
  bool lost() const;

  /// Set once, by answer() or by whoever carries the operation out.
  const pplx::task_completion_event<SharedOperation>& answered() const { return answered_; }

  /// Closes the operation: its last state, the end of its open mark and what becomes of its claim, in one
  /// transaction.
  pplx::task<SharedOperation> finish(Outcome outcome);
  /// Renews the lease where the last write is older than the heartbeat.
  pplx::task<void> renew_if_due();
  /// Gives the lease back: another replica may take over at once, and this process writes and calls no more.
  pplx::task<void> release();

 private:
  struct Waiter {
    std::uint64_t change;
    Completion<void> done;
  };
  struct Attempt {
    std::vector<state::Write> writes;
    std::uint64_t change = 0;
  };

  enum class Then { kGoOn, kClose, kLeave };
  pplx::task<void> enqueue(std::function<void(Operation&)> change, Then then);
  bool lease_is_fresh_locked() const;
  pplx::task<void> write_until_clean();
  pplx::task<void> write(std::vector<state::Write> writes);
  /// The operation as the last write left it; nothing where that can't be read.
  pplx::task<std::optional<Operation>> as_stored();
  /// Whether a write whose outcome is unknown was in fact made.
  pplx::task<bool> was_written(state::Write write);
  Attempt next_attempt_locked();
  void complete(std::uint64_t up_to, const std::exception_ptr& failure);

  const std::shared_ptr<state::DocumentStore> store_;
  const std::shared_ptr<Clock> clock_;
  const OperationsConfig config_;
  const bool resumed_;
  const std::string id_;
  const pplx::task_completion_event<SharedOperation> answered_;
  std::atomic<bool> dormant_{false};

  mutable std::mutex mutex_;  // guards what follows
  Operation operation_;
  std::uint64_t version_;
  std::uint64_t changed_ = 0;  // the newest change asked for
  bool writing_ = false;
  bool closing_ = false;  // the next write is the last one
  bool leaving_ = false;  // the next write gives the lease back
  bool changed_nothing_ = false;
  bool lost_ = false;
  SteadyInstant renewed_at_;
  std::vector<Waiter> waiters_;
};

}  // namespace tidegate::operations
