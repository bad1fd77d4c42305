#include "services/alerts/delivery_work.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <utility>
#include <vector>

#include "services/async/deadline.h"
#include "services/async/spawn.h"
#include "services/async/task.h"
#include "services/telemetry/log.h"

namespace tidegate::alerts {

using operations::HeldOperation;
using operations::Operation;
using operations::OperationState;
using operations::Outcome;

namespace {

constexpr int kIndexTriesMax = 5;
constexpr std::chrono::milliseconds kIndexRetryPause{200};
constexpr std::chrono::minutes kSoonDone{
    1};  // an alert done by then is listed as long as its operation, near enough

void put_step(Operation& operation, const Delivery& delivery) {
  if (auto* step = operation.find_step(delivery.channel)) *step = step_of(delivery);
}

pplx::task<void> record(std::shared_ptr<HeldOperation> held, std::vector<Delivery> deliveries) {
  return held->record([deliveries = std::move(deliveries)](Operation& operation) {
    for (const Delivery& delivery : deliveries) put_step(operation, delivery);
  });
}

pplx::task<void> record_one(std::shared_ptr<HeldOperation> held, const Delivery& delivery) {
  return record(std::move(held), std::vector<Delivery>{delivery});
}

/// A task's failure as a value, so that several can run before any is waited for.
pplx::task<std::exception_ptr> failure_of(pplx::task<void> task) {
  try {
    co_await task;
  } catch (...) {
    co_return std::current_exception();
  }
  co_return nullptr;
}

void log_delivery(const Notification& notification, const std::string& operation_id,
                  const std::string& trace_id, const Delivery& delivery) {
  const bool failed = delivery.state == DeliveryState::kFailed;
  const std::string state = step_of(delivery).state;
  log(failed ? LogLevel::kWarning : LogLevel::kInfo, "operation.step",
      {{"operation_id", operation_id},
       {"kind", "alert"},
       {"alert_id", notification.alert_id},
       {"step", delivery.channel},
       {"state", state},
       {"attempts", std::int64_t{delivery.attempts}},
       {"error", delivery.error},
       {"trace_id", unless_empty(trace_id)}});
}

Outcome outcome_of(const AlertRecord& record) {
  const auto delivered = std::ranges::count(record.deliveries, DeliveryState::kDelivered, &Delivery::state);
  Outcome outcome;
  outcome.result = answer_json(record);
  if (static_cast<std::size_t>(delivered) == record.deliveries.size()) return outcome;
  outcome.state = delivered > 0 ? OperationState::kPartiallySucceeded : OperationState::kFailed;
  if (delivered == 0) outcome.error = "no channel has delivered the alert";
  return outcome;
}

}  // namespace

/// Counts down to the moment at which each channel was tried once.
class DeliveryWork::FirstAttempts {
 public:
  explicit FirstAttempts(std::size_t count) : left_(count) {
    if (count == 0) all_.set();
  }
  void one_done() {
    if (left_.fetch_sub(1) == 1) all_.set();
  }
  void stop_waiting() { all_.set(); }
  pplx::task<void> all() const { return pplx::task<void>(all_); }

 private:
  std::atomic<std::size_t> left_;
  pplx::task_completion_event<void> all_;
};

/// Says that the operation is dormant while each part of its work waits for its next attempt, or has ended.
class DeliveryWork::AwakeParts {
 public:
  AwakeParts(std::shared_ptr<HeldOperation> held, std::size_t count)
      : held_(std::move(held)), awake_(count) {}
  void one_sleeps() { change(-1); }
  void one_wakes() { change(1); }

 private:
  void change(std::ptrdiff_t by) {
    const std::lock_guard lock(mutex_);
    awake_ += static_cast<std::size_t>(by);
    held_->set_dormant(awake_ == 0);
  }

  const std::shared_ptr<HeldOperation> held_;
  std::mutex mutex_;
  std::size_t awake_;
};

/// What one channel's delivery works on.
struct DeliveryWork::Job {
  std::shared_ptr<HeldOperation> held;
  std::shared_ptr<FirstAttempts> first_attempts;
  std::shared_ptr<AwakeParts> awake;
  std::string operation_id;
  std::string trace_id;
  Notification notification;
  int retry_count = 0;
};

DeliveryWork::DeliveryWork(Channels channels, AlertIndex index, std::shared_ptr<Clock> clock,
                           AlertsConfig config)
    : channels_(std::move(channels)),
      index_(std::move(index)),
      clock_(std::move(clock)),
      config_(std::move(config)) {}

pplx::task<Outcome> DeliveryWork::carry_out(std::shared_ptr<HeldOperation> held) {
  const auto self = shared_from_this();
  const AlertRecord alert = record_of(held->snapshot());
  const auto indexed = put_into_index(alert, clock_->now());

  // One write for the first attempts of all channels.
  std::vector<Delivery> deliveries;
  for (const Delivery& delivery : alert.deliveries) deliveries.push_back(first_move(*held, delivery));
  co_await record(held, deliveries);

  const auto first_attempts = std::make_shared<FirstAttempts>(deliveries.size());
  const auto awake = std::make_shared<AwakeParts>(held, deliveries.size() + 1);  // one until it is answered
  std::vector<pplx::task<std::exception_ptr>> running;
  for (const Delivery& delivery : deliveries) {
    Job job{held,
            first_attempts,
            awake,
            alert.operation_id,
            alert.trace_id,
            notification_of(alert.alert, alert.operation_id, delivery.channel),
            alert.routing.retry_count};
    running.push_back(failure_of(deliver(std::move(job), delivery)));
  }
  spawn("alert.answer_timeout",
        [](std::shared_ptr<Clock> clock, std::chrono::milliseconds timeout,
           std::shared_ptr<FirstAttempts> attempts) -> pplx::task<void> {
          co_await clock->sleep_for(timeout);
          attempts->stop_waiting();
        }(clock_, config_.answer_timeout, first_attempts));

  co_await first_attempts->all();
  co_await indexed;
  std::string answer = answer_json(record_of(held->snapshot()));
  const auto answering = failure_of(held->answer(std::move(answer)));
  std::exception_ptr failure = co_await answering;
  awake->one_sleeps();
  for (auto& delivery : running) {
    const std::exception_ptr one = co_await delivery;
    if (!failure) failure = one;
  }
  if (failure) std::rethrow_exception(failure);
  const Instant ended = clock_->now();
  // The operation can be read for the retention after its end, and so the alert is listed.
  if (ended - alert.created_at > kSoonDone) co_await put_into_index(alert, ended);
  co_return outcome_of(record_of(held->snapshot()));
}

Delivery DeliveryWork::first_move(const HeldOperation& held, Delivery delivery) const {
  if (held.resumed()) delivery = resume_delivery(std::move(delivery));
  if (delivery.state != DeliveryState::kPending) return delivery;
  if (!channels_.contains(delivery.channel)) {
    delivery.state = DeliveryState::kFailed;
    delivery.error = "the " + delivery.channel + " channel is not configured";
    return delivery;
  }
  const auto pause = pause_before(delivery);
  if (pause.count() <= 0) return begin_attempt(std::move(delivery));
  delivery.next_attempt_at = clock_->now() + pause;
  if (delivery.error.empty()) delivery.error = "the channel has asked for no message before that time";
  return delivery;
}

pplx::task<void> DeliveryWork::deliver(Job job, Delivery delivery) {
  const auto self = shared_from_this();
  bool first_is_open = true;
  const auto close_first = [&job, &first_is_open] {
    if (std::exchange(first_is_open, false)) job.first_attempts->one_done();
  };
  try {
    while (delivery.state == DeliveryState::kPending) {
      if (!delivery.under_way) {
        close_first();
        job.awake->one_sleeps();
        co_await clock_->sleep_for(pause_before(delivery));
        job.awake->one_wakes();
        if (pause_before(delivery).count() > 0) continue;  // the channel has asked for quiet meanwhile
        delivery = begin_attempt(std::move(delivery));
        co_await record_one(job.held, delivery);
      }
      job.held->require_lease();
      const auto attempted = attempt(channels_.at(delivery.channel), job.notification);
      const auto outcome = co_await attempted;
      delivery = after_attempt(std::move(delivery), outcome, job.retry_count, config_, clock_->now());
      if (outcome.hints.retry_after) keep_quiet(delivery.channel, *outcome.hints.retry_after);
      log_delivery(job.notification, job.operation_id, job.trace_id, delivery);
      // The answer, which is recorded next, shares the write with this.
      const auto recorded = record_one(job.held, delivery);
      close_first();
      co_await recorded;
    }
  } catch (...) {
    close_first();
    job.awake->one_sleeps();
    throw;
  }
  close_first();
  job.awake->one_sleeps();
}

pplx::task<AttemptOutcome> DeliveryWork::attempt(std::shared_ptr<Channel> channel,
                                                 Notification notification) const {
  const auto self = shared_from_this();
  AttemptOutcome outcome;
  try {
    const auto until = Deadline::after(*clock_, config_.attempt_timeout);
    const auto notified = channel->notify(std::move(notification), until);
    outcome.message_id = co_await notified;
  } catch (const DeliveryFailed& failed) {
    outcome.error = failed.what();
    outcome.hints = {failed.retryable(), failed.retry_after(), failed.maybe_delivered()};
  } catch (const std::exception& error) {
    // Not what a channel may throw: nothing is known of the attempt but that it ended.
    outcome.error = error.what();
    outcome.hints = {true, {}, true};
  }
  co_return outcome;
}

pplx::task<void> DeliveryWork::put_into_index(AlertRecord alert, Instant from) const {
  const auto self = shared_from_this();
  for (int tries = 1;; ++tries) {
    const auto written = failure_of(index_.put(alert, from));
    const std::exception_ptr failure = co_await written;
    if (!failure) co_return;
    if (tries == kIndexTriesMax) {
      // It can't be found by its id; that is no reason not to deliver it.
      log(LogLevel::kError, "alert.not_indexed", {{"operation_id", alert.operation_id}});
      co_return;
    }
    co_await clock_->sleep_for(kIndexRetryPause * tries);
  }
}

std::chrono::milliseconds DeliveryWork::quiet_time(const std::string& channel) const {
  const SteadyInstant now = clock_->steady_now();
  const std::lock_guard lock(mutex_);
  const auto found = quiet_until_.find(channel);
  if (found == quiet_until_.end()) return std::chrono::milliseconds(0);
  return std::chrono::ceil<std::chrono::milliseconds>(found->second - now);
}

void DeliveryWork::keep_quiet(const std::string& channel, std::chrono::seconds duration) {
  const SteadyInstant until = clock_->steady_now() + std::min(duration, config_.retry_after_max);
  const std::lock_guard lock(mutex_);
  SteadyInstant& known = quiet_until_[channel];
  known = std::max(known, until);
}

std::chrono::milliseconds DeliveryWork::pause_before(const Delivery& delivery) const {
  std::chrono::milliseconds pause = quiet_time(delivery.channel);
  if (delivery.next_attempt_at) {
    // A time that another process wrote, on its own clock: never wait longer than any pause can be.
    const auto due = std::chrono::ceil<std::chrono::milliseconds>(*delivery.next_attempt_at - clock_->now());
    const std::chrono::milliseconds longest =
        std::max<std::chrono::milliseconds>(config_.retry_backoff_max, config_.retry_after_max);
    pause = std::max(pause, std::min(due, longest));
  }
  return pause;
}

}  // namespace tidegate::alerts
