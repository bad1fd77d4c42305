#include "services/operations/runner.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "services/async/spawn.h"
#include "services/async/task.h"
#include "services/async/when_all.h"
#include "services/operations/held_operation.h"
#include "services/operations/operation_documents.h"
#include "services/operations/ulid.h"
#include "services/telemetry/log.h"

namespace tidegate::operations {

using state::Condition;
using state::Write;

namespace {

constexpr std::size_t kScanPageMax = 10;       // pages of 1,000 marks a shard and scan
constexpr std::size_t kTakeOverParallel = 16;  // documents looked at side by side in one scan
constexpr std::size_t kReleaseParallel = 16;
constexpr std::chrono::milliseconds kStopPoll{20};

pplx::task<void> ignore_outcome(pplx::task<SharedOperation> finished) {
  try {
    co_await finished;
  } catch (const std::exception&) {
    // Logged where it was carried out, and told to whoever waits.
  }
}

/// Gives an operation's lease back, as far as the store lets it.
pplx::task<bool> released(std::shared_ptr<LeasedOperation> operation) {
  try {
    co_await operation->release();
    co_return true;
  } catch (const std::exception& error) {
    log(LogLevel::kWarning, "operation.not_released",
        {{"operation_id", operation->id()}, {"error", error.what()}});
    co_return false;
  }
}

/// What an earlier request with the same Idempotency-Key came to.
Begun known(Operation operation) {
  const auto outcome = pplx::task_from_result<SharedOperation>(std::make_shared<const Operation>(operation));
  return {std::move(operation), true, outcome, outcome};
}

/// Whether work failed because of what was asked of it.
bool was_refused(const std::exception_ptr& failure) {
  if (!failure) return false;
  try {
    std::rethrow_exception(failure);
  } catch (const InvalidRequest&) {
    return true;
  } catch (const NotFound&) {
    return true;
  } catch (...) {
    return false;
  }
}

bool touched_the_outside(const Operation& operation) {
  return std::ranges::any_of(
      operation.steps, [](const Step& step) { return step.state == "applying" || step.state == "done"; });
}

}  // namespace

class OperationRunner::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(std::shared_ptr<state::DocumentStore> store, std::shared_ptr<Clock> clock,
       std::shared_ptr<Telemetry> telemetry, OperationsConfig config, std::string replica_id,
       bool exclusive_store)
      : store_(std::move(store)),
        clock_(std::move(clock)),
        telemetry_(std::move(telemetry)),
        config_(config),
        replica_id_(std::move(replica_id)),
        exclusive_store_(exclusive_store) {}

  void on(std::string kind, Work work) { work_[std::move(kind)] = std::move(work); }

  std::chrono::hours retention() const { return config_.retention; }
  pplx::task<Begun> begin(NewOperation request);
  pplx::task<Operation> get(std::string id);
  pplx::task<OperationPage> list(OperationFilter filter) {
    return list_operations(store_, std::move(filter));
  }
  pplx::task<void> stop(std::chrono::milliseconds timeout);
  pplx::task<void> keep_renewing();
  pplx::task<void> keep_scanning();

 private:
  struct Sighting {
    std::uint64_t version;
    SteadyInstant since;
  };

  Operation create(NewOperation request) const;
  std::vector<Write> creation_writes(const Operation& operation, bool answer_accepted) const;
  pplx::task<Begun> replay(IdempotencyClaim claim);
  pplx::task<SharedOperation> carry_out(std::shared_ptr<LeasedOperation> held, Work work);
  pplx::task<SharedOperation> carry_out_held(std::shared_ptr<LeasedOperation> held, Work work);
  [[noreturn]] static void refuse(const std::string& kind, const std::string& why,
                                  std::chrono::seconds retry_after);
  pplx::task<void> scan(bool first);
  pplx::task<bool> look_at(std::string id, bool first);
  bool may_take_over(const Operation& operation, std::uint64_t version, bool first);
  pplx::task<void> take_over(Operation operation, std::uint64_t version);
  std::vector<std::shared_ptr<LeasedOperation>> held() const;
  /// In the hands of this process, or about to be.
  bool is_ours_locked(const std::string& id) const;
  bool anything_runs() const;
  bool stopping() const {
    const std::lock_guard lock(mutex_);
    return stopping_;
  }

  const std::shared_ptr<state::DocumentStore> store_;
  const std::shared_ptr<Clock> clock_;
  const std::shared_ptr<Telemetry> telemetry_;
  const OperationsConfig config_;
  const std::string replica_id_;
  const bool exclusive_store_;
  std::map<std::string, Work> work_;  // complete before start()

  mutable std::mutex mutex_;  // guards what follows
  bool stopping_ = false;
  std::set<std::string> beginning_;  // being recorded: the store may show them before held_ does
  std::map<std::string, std::shared_ptr<LeasedOperation>> held_;
  std::map<std::string, Sighting> sightings_;
};

Operation OperationRunner::Impl::create(NewOperation request) const {
  Operation operation;
  operation.created_at = clock_->now();
  operation.updated_at = operation.created_at;
  operation.id = "op_" + new_ulid(operation.created_at);
  operation.kind = std::move(request.kind);
  operation.principal = std::move(request.principal);
  operation.request_id = std::move(request.request_id);
  operation.dry_run = request.dry_run;
  operation.request = std::move(request.request);
  operation.steps = std::move(request.steps);
  operation.lease = {replica_id_, 1, config_.lease.count()};
  operation.claim = std::move(request.claim);
  operation.traceparent = std::move(request.traceparent);
  return operation;
}

std::vector<Write> OperationRunner::Impl::creation_writes(const Operation& operation,
                                                          bool answer_accepted) const {
  const std::string stored = encode_operation(operation);
  std::vector<Write> writes = {
      Write::put(operation_key(operation.id), stored, Condition::absent()),
      Write::put(open_key(operation.id), "{}", Condition::absent()),
  };
  if (operation.claim) {
    const StoredClaim claim{operation.claim->route, operation.claim->body_hash, operation.id,
                            answer_accepted ? stored : ""};
    writes.push_back(Write::put(claim_key(*operation.claim), encode_claim(claim), Condition::absent(),
                                operation.created_at + config_.idempotency_retention));
  }
  return writes;
}

pplx::task<Begun> OperationRunner::Impl::begin(NewOperation request) {
  const auto self = shared_from_this();
  const auto work = work_.find(request.kind);
  if (work == work_.end())
    throw std::logic_error("no work is registered for operations of kind " + request.kind);
  const bool answer_accepted = request.answer_accepted;
  Operation operation = create(std::move(request));
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) refuse(operation.kind, "this replica is shutting down", std::chrono::seconds(1));
    if (held_.size() + beginning_.size() >= config_.running_max) {
      refuse(operation.kind, "too many operations run already", std::chrono::seconds(5));
    }
    beginning_.insert(operation.id);
  }
  const SteadyInstant acquired = clock_->steady_now();
  std::exception_ptr failure;
  bool key_is_known = false;
  try {
    co_await store_->transact(creation_writes(operation, answer_accepted));
  } catch (const state::ConditionFailed&) {
    failure = std::current_exception();
    key_is_known = operation.claim.has_value();
  } catch (...) {
    failure = std::current_exception();
  }
  std::shared_ptr<LeasedOperation> held;
  if (!failure)
    held = std::make_shared<LeasedOperation>(store_, clock_, config_, operation, 1, false, acquired);
  {
    const std::lock_guard lock(mutex_);
    beginning_.erase(operation.id);
    if (held) held_[operation.id] = held;
  }
  if (key_is_known) co_return co_await replay(*operation.claim);
  if (failure) std::rethrow_exception(failure);
  telemetry_->operation_started(operation.kind);
  log(LogLevel::kInfo, "operation.begun",
      {{"operation_id", operation.id},
       {"kind", operation.kind},
       {"principal", operation.principal},
       {"request_id", operation.request_id},
       {"dry_run", operation.dry_run},
       {"trace_id", unless_empty(operation.trace_id())}});
  pplx::task<SharedOperation> answered(held->answered());
  Begun begun{std::move(operation), false, std::move(answered), carry_out(std::move(held), work->second)};
  spawn("operation", ignore_outcome(begun.finished));
  co_return begun;
}

pplx::task<Begun> OperationRunner::Impl::replay(IdempotencyClaim claim) {
  const auto self = shared_from_this();
  const auto document = co_await store_->get(claim_key(claim));
  if (!document) {
    throw Conflict(
        "the request that used this Idempotency-Key has just ended without a change; send it again",
        std::chrono::seconds(1));
  }
  const StoredClaim stored = decode_claim(document->body);
  if (stored.route != claim.route || stored.body_hash != claim.body_hash) {
    throw IdempotencyKeyReused("this Idempotency-Key was used for another request; take a new key");
  }
  if (!stored.accepted.empty()) {
    co_return known(decode_operation(stored.accepted));
  }
  const Operation operation = co_await get(stored.operation_id);
  if (!operation.finished() && operation.result.empty()) {
    Conflict running("the first request with this Idempotency-Key still runs as " + operation.id,
                     std::chrono::seconds(1));
    running.set_instance("/operations/" + operation.id);
    throw running;
  }
  co_return known(operation);
}

pplx::task<SharedOperation> OperationRunner::Impl::carry_out(std::shared_ptr<LeasedOperation> held,
                                                             Work work) {
  const auto self = shared_from_this();
  // An event whose failure nobody looks at would end the process.
  spawn("operation", ignore_outcome(pplx::task<SharedOperation>(held->answered())));
  SharedOperation finished;
  std::exception_ptr failure;
  try {
    finished = co_await carry_out_held(held, std::move(work));
  } catch (Error& error) {
    error.set_instance("/operations/" + held->id());
    failure = std::current_exception();
  } catch (...) {
    failure = std::current_exception();
  }
  const SharedOperation last = finished ? finished : std::make_shared<const Operation>(held->snapshot());
  const Operation& ended = *last;
  {
    const std::lock_guard lock(mutex_);
    const auto found = held_.find(held->id());
    if (found != held_.end() && found->second == held)
      held_.erase(found);  // not who took it over from this one
  }
  if (ended.finished()) {
    const std::chrono::duration<double> took = clock_->now() - ended.created_at;
    telemetry_->operation_finished(ended.kind, was_refused(failure) ? "refused" : state_name(ended.state),
                                   took.count());
    log(ended.state == OperationState::kFailed ? LogLevel::kWarning : LogLevel::kInfo, "operation.finished",
        {{"operation_id", ended.id},
         {"kind", ended.kind},
         {"state", state_name(ended.state)},
         {"principal", ended.principal},
         {"request_id", ended.request_id},
         {"dry_run", ended.dry_run},
         {"duration_ms", took.count() * 1000},
         {"error", std::string_view(ended.error)},
         {"trace_id", unless_empty(ended.trace_id())}});
  } else {
    telemetry_->operation_left(ended.kind);
    log(LogLevel::kWarning, "operation.left", {{"operation_id", ended.id}, {"kind", ended.kind}});
  }
  if (failure) {
    held->answered().set_exception(failure);
    std::rethrow_exception(failure);
  }
  held->answered().set(finished);
  co_return finished;
}

pplx::task<SharedOperation> OperationRunner::Impl::carry_out_held(std::shared_ptr<LeasedOperation> held,
                                                                  Work work) {
  Outcome outcome;
  std::exception_ptr failure;
  try {
    outcome = co_await work(held);
  } catch (const LeaseLost&) {
    throw;
  } catch (const std::exception& error) {
    failure = std::current_exception();
    outcome = {OperationState::kFailed, "", error.what(), !touched_the_outside(held->snapshot())};
  }
  SharedOperation finished;
  try {
    finished = co_await held->finish(std::move(outcome));
  } catch (const InvalidRequest& refused) {
    // The store does not take its record with this outcome, so it ends without a result.
    failure = std::current_exception();
    outcome = {OperationState::kFailed, "", refused.what(), !touched_the_outside(held->snapshot())};
  }
  if (!finished) finished = co_await held->finish(std::move(outcome));
  if (failure) std::rethrow_exception(failure);
  co_return finished;
}

void OperationRunner::Impl::refuse(const std::string& kind, const std::string& why,
                                   std::chrono::seconds retry_after) {
  throw UpstreamFailure(
      why, {.service = "tidegate", .operation = kind, .unavailable = true, .retry_after = retry_after});
}

pplx::task<Operation> OperationRunner::Impl::get(std::string id) {
  const auto self = shared_from_this();
  const auto document = co_await store_->get(operation_key(id));
  if (!document) throw NotFound("there is no operation \"" + id + "\"");
  co_return decode_operation(document->body);
}

pplx::task<void> OperationRunner::Impl::keep_renewing() {
  const auto self = shared_from_this();
  while (!stopping()) {
    co_await clock_->sleep_for(config_.heartbeat / 2);
    for (const auto& operation : held()) spawn("operation.renew", operation->renew_if_due());
  }
}

pplx::task<void> OperationRunner::Impl::keep_scanning() {
  const auto self = shared_from_this();
  bool first = true;
  while (!stopping()) {
    try {
      co_await scan(first);
      first = false;
    } catch (const std::exception& error) {
      log(LogLevel::kWarning, "operation.scan_failed", {{"error", error.what()}});
    }
    co_await clock_->sleep_for(config_.scan_interval);
  }
}

pplx::task<void> OperationRunner::Impl::scan(bool first) {
  const auto self = shared_from_this();
  std::vector<std::string> unheld;
  for (const std::string_view shard : kShards) {
    state::RangeQuery query{.partition = "open-operation/" + std::string(shard)};
    query.limit = 1000;
    for (std::size_t pages = 0; pages < kScanPageMax; ++pages) {
      const auto page = co_await store_->query(query);
      const std::lock_guard lock(mutex_);
      for (const auto& mark : page.documents) {
        if (!is_ours_locked(mark.key.sort)) unheld.push_back(mark.key.sort);
      }
      query.cursor = page.next_cursor;
      if (query.cursor.empty()) break;
    }
  }
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(sightings_, [&unheld](const auto& seen) {
      return std::ranges::find(unheld, seen.first) == unheld.end();
    });
  }
  const auto look = [self, first](std::string id) { return self->look_at(std::move(id), first); };
  const auto looked = when_all_settled<bool>(std::move(unheld), kTakeOverParallel, look);
  co_await looked;
}

pplx::task<bool> OperationRunner::Impl::look_at(std::string id, bool first) {
  const auto self = shared_from_this();
  const auto document = co_await store_->get(operation_key(id));
  if (!document) {
    std::vector<Write> sweep{Write::erase(open_key(id), Condition::none())};
    co_await store_->transact(std::move(sweep));
    co_return false;
  }
  Operation operation = decode_operation(document->body);
  if (!work_.contains(operation.kind) || !may_take_over(operation, document->version, first)) co_return false;
  co_await take_over(std::move(operation), document->version);
  co_return true;
}

bool OperationRunner::Impl::may_take_over(const Operation& operation, std::uint64_t version, bool first) {
  const std::lock_guard lock(mutex_);
  if (stopping_ || is_ours_locked(operation.id) || operation.finished()) return false;
  if (operation.lease.holder.empty() || (first && exclusive_store_)) return true;
  const SteadyInstant now = clock_->steady_now();
  Sighting& seen = sightings_.try_emplace(operation.id, Sighting{version, now}).first->second;
  if (seen.version != version) seen = {version, now};
  return now - seen.since >= std::chrono::milliseconds(operation.lease.length_ms);
}

pplx::task<void> OperationRunner::Impl::take_over(Operation operation, std::uint64_t version) {
  const auto self = shared_from_this();
  const std::string former = operation.lease.holder;
  operation.lease = {replica_id_, operation.lease.epoch + 1, config_.lease.count()};
  const SteadyInstant acquired = clock_->steady_now();
  std::vector<Write> claim{
      Write::put(operation_key(operation.id), encode_operation(operation), Condition::version_is(version))};
  try {
    co_await store_->transact(std::move(claim));
  } catch (const state::ConditionFailed&) {
    co_return;  // its holder lives, or another replica was faster
  }
  log(LogLevel::kWarning, "operation.taken_over",
      {{"operation_id", operation.id},
       {"kind", operation.kind},
       {"former_holder", former},
       {"epoch", static_cast<std::int64_t>(operation.lease.epoch)},
       {"trace_id", unless_empty(operation.trace_id())}});
  telemetry_->operation_taken_over(operation.kind);
  auto held =
      std::make_shared<LeasedOperation>(store_, clock_, config_, operation, version + 1, true, acquired);
  {
    const std::lock_guard lock(mutex_);
    sightings_.erase(operation.id);
    held_[operation.id] = held;
  }
  spawn("operation", ignore_outcome(carry_out(std::move(held), work_.at(operation.kind))));
}

bool OperationRunner::Impl::is_ours_locked(const std::string& id) const {
  if (beginning_.contains(id)) return true;
  const auto found = held_.find(id);
  return found != held_.end() && !found->second->lost();
}

std::vector<std::shared_ptr<LeasedOperation>> OperationRunner::Impl::held() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<LeasedOperation>> all;
  for (const auto& [id, operation] : held_) all.push_back(operation);
  return all;
}

bool OperationRunner::Impl::anything_runs() const {
  const std::lock_guard lock(mutex_);
  return std::ranges::any_of(held_, [](const auto& entry) { return !entry.second->dormant(); });
}

pplx::task<void> OperationRunner::Impl::stop(std::chrono::milliseconds timeout) {
  const auto self = shared_from_this();
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  const SteadyInstant until = clock_->steady_now() + timeout;
  while (anything_runs() && clock_->steady_now() < until) {
    for (const auto& operation : held()) spawn("operation.renew", operation->renew_if_due());
    co_await clock_->sleep_for(kStopPoll);
  }
  const auto release = [](std::shared_ptr<LeasedOperation> operation) {
    return released(std::move(operation));
  };
  const auto releasing = when_all_settled<bool>(held(), kReleaseParallel, release);
  co_await releasing;
}

OperationRunner::OperationRunner(std::shared_ptr<state::DocumentStore> store, std::shared_ptr<Clock> clock,
                                 std::shared_ptr<Telemetry> telemetry, OperationsConfig config,
                                 std::string replica_id, bool exclusive_store)
    : impl_(std::make_shared<Impl>(std::move(store), std::move(clock), std::move(telemetry), config,
                                   std::move(replica_id), exclusive_store)) {}

OperationRunner::~OperationRunner() = default;

void OperationRunner::on(std::string kind, Work work) { impl_->on(std::move(kind), std::move(work)); }

void OperationRunner::start() {
  spawn("operation.renewing", impl_->keep_renewing());
  spawn("operation.scanning", impl_->keep_scanning());
}

pplx::task<Begun> OperationRunner::begin(NewOperation request) { return impl_->begin(std::move(request)); }

std::chrono::hours OperationRunner::retention() const { return impl_->retention(); }

pplx::task<Operation> OperationRunner::get(std::string id) { return impl_->get(std::move(id)); }

pplx::task<OperationPage> OperationRunner::list(OperationFilter filter) {
  return impl_->list(std::move(filter));
}

pplx::task<void> OperationRunner::stop(std::chrono::milliseconds timeout) { return impl_->stop(timeout); }

}  // namespace tidegate::operations
