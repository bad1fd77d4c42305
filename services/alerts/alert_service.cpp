#include "services/alerts/alert_service.h"

#include <set>
#include <utility>

#include "services/async/task.h"
#include "services/async/when_all.h"
#include "services/error.h"
#include "services/operations/ulid.h"

namespace tidegate::alerts {

using operations::Operation;
using operations::OperationRunner;

namespace {

constexpr std::size_t kReadParallel = 16;

std::vector<operations::Step> steps_of(const RoutingDecision& routing) {
  std::vector<operations::Step> steps;
  std::set<std::string> seen;
  for (const std::string& channel : routing.channels) {
    if (!seen.insert(channel).second) continue;  // told twice in the table, told once to people
    Delivery delivery;
    delivery.channel = channel;
    steps.push_back(step_of(delivery));
  }
  return steps;
}

pplx::task<AlertRecord> read_newest(AlertIndex index, std::shared_ptr<OperationRunner> runner,
                                    std::string alert_id) {
  const auto operation_id = co_await index.find(alert_id);
  if (!operation_id) throw NotFound("there is no alert \"" + alert_id + "\"");
  const Operation operation = co_await runner->get(*operation_id);
  co_return record_of(operation);
}

pplx::task<AlertPage> read_page(AlertIndex index, std::shared_ptr<OperationRunner> runner,
                                AlertFilter filter) {
  auto found = co_await index.list(filter.severity, filter.limit, filter.cursor);
  const auto read = [runner](std::string operation_id) { return runner->get(std::move(operation_id)); };
  const auto reading = when_all_settled<Operation>(std::move(found.operation_ids), kReadParallel, read);
  const auto operations = co_await reading;
  AlertPage page;
  page.next_cursor = std::move(found.next_cursor);
  for (const auto& operation : operations) {
    try {
      if (operation.failure) std::rethrow_exception(operation.failure);
      page.alerts.push_back(record_of(*operation.value));
    } catch (const NotFound&) {
      // expired between the two reads
    }
  }
  co_return page;
}

}  // namespace

AlertService::AlertService(Channels channels, std::shared_ptr<state::DocumentStore> store,
                           std::shared_ptr<Clock> clock, AlertsConfig config,
                           std::shared_ptr<OperationRunner> runner)
    : config_(std::move(config)),
      index_(std::move(store), runner->retention()),
      clock_(std::move(clock)),
      runner_(std::move(runner)) {
  require_valid(config_.routing);
  const auto work = std::make_shared<DeliveryWork>(std::move(channels), index_, clock_, config_);
  runner_->on(kOperationKind, [work](std::shared_ptr<operations::HeldOperation> held) {
    return work->carry_out(std::move(held));
  });
}

pplx::task<operations::Begun> AlertService::take_on(std::string alert_json, Sender sender) {
  const Instant now = clock_->now();
  const Alert alert = parse_alert(alert_json, "alert_" + operations::new_ulid(now), config_.alert_bytes_max);
  const RoutingDecision routing = route(config_.routing, alert.severity, now);
  operations::NewOperation request;
  request.kind = kOperationKind;
  request.principal = std::move(sender.principal);
  request.request_id = std::move(sender.request_id);
  request.request = encode_request(alert, routing);
  request.steps = steps_of(routing);
  request.claim = std::move(sender.claim);
  request.traceparent = std::move(sender.traceparent);
  request.answer_accepted = sender.respond_async;
  return runner_->begin(std::move(request));
}

pplx::task<AlertRecord> AlertService::get(std::string alert_id) {
  return read_newest(index_, runner_, std::move(alert_id));
}

pplx::task<AlertPage> AlertService::list(AlertFilter filter) {
  return read_page(index_, runner_, std::move(filter));
}

}  // namespace tidegate::alerts
