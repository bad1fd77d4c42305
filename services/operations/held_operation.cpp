#include "services/operations/held_operation.h"

#include <algorithm>
#include <utility>

#include "services/async/spawn.h"
#include "services/async/task.h"
#include "services/operations/operation_documents.h"

namespace tidegate::operations {

using state::Condition;
using state::Write;

namespace {
constexpr std::chrono::milliseconds kStoreRetryFirst{50};
constexpr std::chrono::milliseconds kStoreRetryMax{1'000};
}  // namespace

LeasedOperation::LeasedOperation(std::shared_ptr<state::DocumentStore> store, std::shared_ptr<Clock> clock,
                                 const OperationsConfig& config, Operation operation, std::uint64_t version,
                                 bool resumed, SteadyInstant acquired)
    : store_(std::move(store)),
      clock_(std::move(clock)),
      config_(config),
      resumed_(resumed),
      id_(operation.id),
      operation_(std::move(operation)),
      version_(version),
      renewed_at_(acquired) {}

Operation LeasedOperation::snapshot() const {
  const std::lock_guard lock(mutex_);
  return operation_;
}

bool LeasedOperation::lost() const {
  const std::lock_guard lock(mutex_);
  return lost_;
}

void LeasedOperation::require_lease() const {
  const std::lock_guard lock(mutex_);
  if (leaving_ || !lease_is_fresh_locked()) throw LeaseLost();
}

bool LeasedOperation::lease_is_fresh_locked() const {
  return !lost_ && clock_->steady_now() - renewed_at_ < config_.lease * 2 / 3;
}

pplx::task<void> LeasedOperation::record(std::function<void(Operation&)> change) {
  return enqueue(std::move(change), Then::kGoOn);
}

void LeasedOperation::note(const std::function<void(Operation&)>& change) {
  const std::lock_guard lock(mutex_);
  if (!closing_) change(operation_);
}

pplx::task<void> LeasedOperation::answer(std::string result) {
  const auto self = shared_from_this();
  co_await enqueue(
      [&result](Operation& operation) {
        if (operation.result.empty()) operation.result = std::move(result);
      },
      Then::kGoOn);
  answered_.set(std::make_shared<const Operation>(snapshot()));
}

pplx::task<SharedOperation> LeasedOperation::finish(Outcome outcome) {
  const auto self = shared_from_this();
  const Instant now = clock_->now();
  {
    const std::lock_guard lock(mutex_);
    // An answer that was given is what the key stands for, whatever came of it.
    changed_nothing_ = outcome.changed_nothing && operation_.result.empty();
  }
  co_await enqueue(
      [&outcome, now](Operation& operation) {
        operation.state = outcome.state;
        // An answer already given stays the answer.
        if (operation.result.empty()) operation.result = outcome.result;
        operation.error = outcome.error;
        operation.finished_at = now;
      },
      Then::kClose);
  co_return std::make_shared<const Operation>(snapshot());
}

pplx::task<void> LeasedOperation::renew_if_due() {
  const auto self = shared_from_this();
  {
    const std::lock_guard lock(mutex_);
    if (lost_ || closing_ || leaving_ || clock_->steady_now() - renewed_at_ < config_.heartbeat) co_return;
  }
  co_await enqueue([](Operation&) {}, Then::kGoOn);
}

pplx::task<void> LeasedOperation::release() {
  const auto self = shared_from_this();
  co_await enqueue([](Operation& operation) { operation.lease.holder.clear(); }, Then::kLeave);
  const std::lock_guard lock(mutex_);
  lost_ = true;
}

pplx::task<void> LeasedOperation::enqueue(std::function<void(Operation&)> change, Then then) {
  Completion<void> done;
  auto written = done.task();
  bool start_writing = false;
  {
    const std::lock_guard lock(mutex_);
    if (lost_ || closing_ || leaving_) return pplx::task_from_exception<void>(LeaseLost());
    change(operation_);
    operation_.updated_at = clock_->now();
    closing_ = then == Then::kClose;
    leaving_ = then == Then::kLeave;
    waiters_.push_back({++changed_, std::move(done)});
    start_writing = !std::exchange(writing_, true);
  }
  if (start_writing) spawn("operation.write", write_until_clean());
  return written;
}

LeasedOperation::Attempt LeasedOperation::next_attempt_locked() {
  Attempt attempt;
  attempt.change = changed_;
  std::optional<Instant> expires_at;
  if (closing_) expires_at = operation_.updated_at + config_.retention;
  attempt.writes.push_back(Write::put(operation_key(operation_.id), encode_operation(operation_),
                                      Condition::version_is(version_), expires_at));
  if (!closing_) return attempt;
  attempt.writes.push_back(Write::erase(open_key(operation_.id), Condition::none()));
  // The key is forgotten after its time, and may stand for another operation since.
  const bool key_is_ours = operation_.updated_at < operation_.created_at + config_.idempotency_retention;
  if (operation_.claim && changed_nothing_ && key_is_ours) {
    attempt.writes.push_back(Write::erase(claim_key(*operation_.claim), Condition::none()));
  }
  return attempt;
}

pplx::task<void> LeasedOperation::write_until_clean() {
  const auto self = shared_from_this();
  while (true) {
    Attempt attempt;
    SteadyInstant begun;
    std::exception_ptr failure;
    bool refused = false;  // before anything was sent: it is too large, most likely
    try {
      {
        const std::lock_guard lock(mutex_);
        if (waiters_.empty()) {
          writing_ = false;
          co_return;
        }
        begun = clock_->steady_now();
        attempt = next_attempt_locked();
      }
      co_await write(std::move(attempt.writes));
    } catch (const InvalidRequest&) {
      refused = true;
      failure = std::current_exception();
    } catch (...) {
      failure = std::current_exception();
    }
    std::optional<Operation> stored;
    if (refused) stored = co_await as_stored();
    {
      const std::lock_guard lock(mutex_);
      if (failure) {
        attempt.change = changed_;
        writing_ = false;
        if (stored) {
          operation_ = std::move(*stored);  // it is still ours, as it was before what could not be written
          closing_ = false;
          leaving_ = false;
        } else {
          lost_ = true;  // its version is unknown now: another write could undo a successor's
        }
      } else {
        ++version_;
        renewed_at_ = begun;  // from before the send: the lease ran while the answer was on its way
      }
    }
    complete(attempt.change, failure);
    if (failure) co_return;
  }
}

pplx::task<void> LeasedOperation::write(std::vector<Write> writes) {
  auto pause = kStoreRetryFirst;
  bool outcome_unknown = false;
  while (true) {
    bool refused = false;
    std::exception_ptr failure;
    try {
      co_await store_->transact(writes);
      co_return;
    } catch (const state::ConditionFailed&) {
      refused = true;
    } catch (const UpstreamFailure&) {
      failure = std::current_exception();
    }
    if (refused) {
      if (outcome_unknown && co_await was_written(writes.front())) co_return;
      throw LeaseLost();
    }
    outcome_unknown = true;
    {
      const std::lock_guard lock(mutex_);
      if (!lease_is_fresh_locked()) std::rethrow_exception(failure);
    }
    co_await clock_->sleep_for(pause);
    pause = std::min(pause * 2, kStoreRetryMax);
  }
}

pplx::task<std::optional<Operation>> LeasedOperation::as_stored() {
  const auto self = shared_from_this();
  std::optional<Operation> stored;
  try {
    const auto document = co_await store_->get(operation_key(id_));
    if (document && document->version == version_) stored = decode_operation(document->body);
  } catch (const std::exception&) {
    stored.reset();
  }
  co_return stored;
}

pplx::task<bool> LeasedOperation::was_written(Write write) {
  const auto stored = co_await store_->get(write.key);
  co_return stored && stored->version == write.condition.version + 1 && stored->body == write.body;
}

void LeasedOperation::complete(std::uint64_t up_to, const std::exception_ptr& failure) {
  std::vector<Waiter> ready;
  {
    const std::lock_guard lock(mutex_);
    const auto later = std::stable_partition(
        waiters_.begin(), waiters_.end(), [up_to](const Waiter& waiter) { return waiter.change <= up_to; });
    ready.assign(std::make_move_iterator(waiters_.begin()), std::make_move_iterator(later));
    waiters_.erase(waiters_.begin(), later);
  }
  for (Waiter& waiter : ready) {
    if (failure) waiter.done.set_failure(failure);
    waiter.done.publish();
  }
}

}  // namespace tidegate::operations
