#pragma once

#include <pplx/pplxtasks.h>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "services/operations/operation.h"
#include "services/operations/operation_list.h"
#include "services/state/store.h"
#include "services/telemetry/telemetry.h"

namespace tidegate::operations {

/// How operations are kept. Defaults are documented in docs/configuration.md.
struct OperationsConfig {
  std::chrono::milliseconds lease{10'000};  ///< how long a silent holder keeps its work
  std::chrono::milliseconds heartbeat{
      3'000};  ///< a holder writes at least this often; at most a third of the lease
  std::chrono::milliseconds scan_interval{4'000};  ///< how often other replicas' work is looked at
  std::chrono::hours retention{30 * 24};           ///< how long a finished operation can be read
  std::chrono::hours idempotency_retention{24};    ///< how long an Idempotency-Key is remembered
  std::size_t running_max = 50'000;                ///< in this process; one more is refused
};

/// The work was taken over by another replica, or may be: stop touching the outside world.
class LeaseLost : public Conflict {
 public:
  LeaseLost() : Conflict("another replica has taken this operation over") {}
};

/// An operation in the hands of this process. Every change goes through it to the store, under the condition
/// that nobody else has written since: a holder that lost its lease is refused whatever its clock says.
/// Thread-safe.
class HeldOperation {
 public:
  virtual ~HeldOperation() = default;
  /// A copy of the operation as it stands, changes that are not yet written included.
  virtual Operation snapshot() const = 0;
  /// True where another replica began it: steps may have been carried out without a record of it.
  virtual bool resumed() const = 0;
  /// Applies `change` and completes when it is durable. Changes that come while a write is under way share
  /// the next one. Throws LeaseLost, or UpstreamFailure where the store is down.
  virtual pplx::task<void> record(std::function<void(Operation&)> change) = 0;
  /// Applies `change`, to be written with the next write, whatever that is for: where one follows soon and
  /// what is noted can be found out again by whoever takes the operation over.
  virtual void note(const std::function<void(Operation&)>& change) = 0;
  /// Records the answer to whoever waits, and gives it to them, while the work goes on. The first answer
  /// stays the answer. Throws as record().
  virtual pplx::task<void> answer(std::string result) = 0;
  /// Throws LeaseLost unless the lease was renewed within two thirds of its length. Call it before each
  /// outside call.
  virtual void require_lease() const = 0;
  /// While true, nothing of the work runs: it waits for a time that whoever takes the operation over can wait
  /// for as well, so OperationRunner::stop() does not.
  virtual void set_dormant(bool dormant) = 0;
};

/// What an operation came to.
struct Outcome {
  OperationState state = OperationState::kSucceeded;
  std::string result;  ///< JSON, the answer's body
  std::string error;   ///< one sentence where it failed as a whole
  /// Nothing outside was changed: a repeat with the same Idempotency-Key is carried out anew.
  bool changed_nothing = false;
};

/// What carries out one kind of operation. The same function runs a new operation and one that was taken
/// over, so each of its steps looks at what is recorded first. It may throw: the operation then fails with
/// that error, having changed nothing.
using Work = std::function<pplx::task<Outcome>(std::shared_ptr<HeldOperation>)>;

struct NewOperation {
  std::string kind;
  std::string principal;
  std::string request_id;
  bool dry_run = false;
  std::string request;  ///< JSON
  std::vector<Step> steps;
  std::optional<IdempotencyClaim> claim;
  std::string traceparent;  ///< W3C, the caller's; empty where none came
  /// The caller does not wait: the answer to the claim is "accepted", stored with the operation itself.
  bool answer_accepted = false;
};

/// An operation at one moment; it does not change any more.
using SharedOperation = std::shared_ptr<const Operation>;

/// A begun operation: as it was created, and what it came to.
struct Begun {
  Operation created;
  bool replayed = false;  ///< an earlier request with the same Idempotency-Key; nothing was begun
  /// Completes once there is an answer (HeldOperation::answer), at the latest when the operation is finished;
  /// fails as it.
  pplx::task<SharedOperation> answered;
  /// Completes with the finished operation; rethrows what the work threw (with `instance` set to the
  /// operation's path). Throws Conflict where another replica took it over.
  pplx::task<SharedOperation> finished;
};

/// Begins, carries out, takes over and lists operations. Thread-safe.
class OperationRunner {
 public:
  /// `replica_id` is unique to this process. `exclusive_store`: nobody else can have this store open
  /// (embedded state), so that what it holds unfinished at the start is taken over at once.
  OperationRunner(std::shared_ptr<state::DocumentStore> store, std::shared_ptr<Clock> clock,
                  std::shared_ptr<Telemetry> telemetry, OperationsConfig config, std::string replica_id,
                  bool exclusive_store);
  ~OperationRunner();
  OperationRunner(const OperationRunner&) = delete;
  OperationRunner& operator=(const OperationRunner&) = delete;

  /// Before start(): what carries out `kind`.
  void on(std::string kind, Work work);

  /// Begins heartbeats and looking for work that others left behind.
  void start();

  /// Records the operation, with its claim, in one transaction, then carries it out on its own.
  /// Throws Conflict (409) where the claim's first request still runs, IdempotencyKeyReused (422) where the
  /// key came with another request, UpstreamFailure where the store is down or too much runs already.
  pplx::task<Begun> begin(NewOperation request);

  /// How long a finished operation can be read, and so how long anything that leads to one need be kept.
  std::chrono::hours retention() const;

  /// Throws NotFound.
  pplx::task<Operation> get(std::string id);
  /// Throws InvalidRequest for a cursor that is none.
  pplx::task<OperationPage> list(OperationFilter filter);

  /// Takes no new work, waits up to `timeout` for what runs and is not dormant, then gives every lease back
  /// so that another replica goes on at once.
  pplx::task<void> stop(std::chrono::milliseconds timeout);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;  // shared with the background loops and running work
};

}  // namespace tidegate::operations
