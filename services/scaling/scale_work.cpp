#include "services/scaling/scale_work.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "services/async/task.h"
#include "services/async/when_all.h"
#include "services/scaling/scale_plan.h"

namespace tidegate::scaling {

using operations::HeldOperation;
using operations::LeaseLost;
using operations::Operation;
using operations::OperationState;
using operations::Outcome;
using operations::Step;

namespace {

constexpr const char* kPlanStep = "plan";

/// Prices of what the groups' nodes run on; a price that can't be had is absent.
struct NodePrices {
  std::map<std::string, pricing::Quote> on_demand;
  std::map<std::string, pricing::Quote> spot;  ///< the mean over a type's zones
};

/// One operation's work: what every part of it needs.
struct Job {
  ScalingPorts ports;
  ScalingSettings settings;
  std::shared_ptr<HeldOperation> held;
  ScaleRequest request;

  Deadline step_deadline() const { return Deadline::after(*ports.clock, settings.step_timeout); }
};
using JobPtr = std::shared_ptr<const Job>;

std::string_view state_of(const NodegroupStep& step) {
  if (step.status.empty()) return "applying";
  if (step.status == "error") return "failed";
  if (step.status == "scaling_initiated" || step.status == "scale_down_initiated") {
    return step.update_status == "Failed" || step.update_status == "Cancelled" ? "failed" : "done";
  }
  return step.status == "scale_down_blocked" ? "blocked" : "skipped";
}

void put_step(Operation& operation, const NodegroupStep& step) {
  Step* known = operation.find_step(step.nodegroup);
  if (known == nullptr) known = &operation.steps.emplace_back(Step{step.nodegroup, "", ""});
  known->state = state_of(step);
  known->detail = encode_step(step);
}

std::vector<NodegroupStep> steps_of(const Operation& operation) {
  std::vector<NodegroupStep> steps;
  for (const Step& step : operation.steps) {
    if (step.name != kPlanStep && !step.detail.empty()) steps.push_back(decode_step(step.detail));
  }
  return steps;
}

/// The seed's status of a change that EKS has taken on.
std::string initiated_status(const ScaleRequest& request) {
  return request.action == Action::kScaleDown ? "scale_down_initiated" : "scaling_initiated";
}

pplx::task<Nodegroup> describe(JobPtr job, std::string nodegroup) {
  return job->ports.clusters->describe_nodegroup(job->request.cluster, std::move(nodegroup),
                                                 job->step_deadline());
}

/// What every group of the cluster has together, the described ones not asked for again; null where one can't
/// be seen.
pplx::task<std::optional<int>> count_cluster_nodes(JobPtr job, std::vector<NodegroupRequest> asked,
                                                   std::vector<Settled<Nodegroup>> described) {
  int nodes = 0;
  std::set<std::string> counted;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (!described[i].value) continue;
    nodes += described[i].value->scaling.desired_size;
    counted.insert(asked[i].name);
  }
  std::vector<std::string> others;
  try {
    const auto names =
        co_await job->ports.clusters->list_nodegroups(job->request.cluster, job->step_deadline());
    for (const auto& name : names) {
      if (!counted.contains(name)) others.push_back(name);
    }
  } catch (const Error&) {
    co_return std::nullopt;
  }
  const auto look = [job](std::string name) { return describe(job, std::move(name)); };
  const auto looking = when_all_settled<Nodegroup>(std::move(others), job->settings.parallelism, look);
  const auto seen = co_await looking;
  for (const auto& group : seen) {
    if (!group.value) co_return std::nullopt;
    nodes += group.value->scaling.desired_size;
  }
  co_return nodes;
}

pplx::task<ScaleSnapshot> gather(JobPtr job) {
  const Action action = job->request.action;
  const bool wants_forecast = action == Action::kScaleUp || action == Action::kAnalyze;
  const bool wants_workload = action == Action::kScaleDown || action == Action::kAnalyze;
  // Started before the groups are looked at, so that all of it is waited for once. Neither fails.
  auto forecast = wants_forecast
                      ? job->ports.forecaster->recommend(
                            job->request.cluster, std::string(action_name(action)), job->step_deadline())
                      : pplx::task_from_result(DemandForecast{});
  auto workload = wants_workload ? job->ports.workload->analyze(job->request.cluster, job->step_deadline())
                                 : pplx::task_from_result(Workload{});
  ScaleSnapshot snapshot;
  snapshot.asked = job->request.nodegroups;
  std::exception_ptr failure;
  try {
    if (snapshot.asked.empty() && action == Action::kAnalyze) {
      const auto names =
          co_await job->ports.clusters->list_nodegroups(job->request.cluster, job->step_deadline());
      for (const auto& name : names) snapshot.asked.push_back({name, {}, {}, {}});
    }
    std::vector<std::string> names;
    for (const auto& group : snapshot.asked) names.push_back(group.name);
    const auto look = [job](std::string name) { return describe(job, std::move(name)); };
    const auto looking = when_all_settled<Nodegroup>(std::move(names), job->settings.parallelism, look);
    snapshot.described = co_await looking;
    if (wants_workload)
      snapshot.cluster.nodes = co_await count_cluster_nodes(job, snapshot.asked, snapshot.described);
  } catch (...) {
    failure = std::current_exception();
  }
  snapshot.forecast = co_await forecast;
  snapshot.cluster.workload = co_await workload;
  if (failure) std::rethrow_exception(failure);
  co_return snapshot;
}

pplx::task<NodePrices> load_prices(JobPtr job, std::vector<Nodegroup> groups) {
  NodePrices prices;
  std::set<std::string> on_demand_types;
  std::set<std::string> spot_types;
  for (const auto& group : groups) {
    if (priced_type(group).empty()) continue;
    (group.capacity_type == "SPOT" ? spot_types : on_demand_types).insert(priced_type(group));
  }
  try {
    if (!on_demand_types.empty()) {
      prices.on_demand = co_await job->ports.on_demand->on_demand(
          job->request.cluster.region,
          std::vector<std::string>(on_demand_types.begin(), on_demand_types.end()), job->step_deadline());
    }
    if (!spot_types.empty()) {
      const auto quotes = co_await job->ports.spot->spot(
          job->request.cluster.region, std::vector<std::string>(spot_types.begin(), spot_types.end()), {},
          job->step_deadline());
      std::map<std::string, std::vector<pricing::Quote>> by_type;
      for (const auto& quote : quotes) by_type[quote.instance_type].push_back(quote.quote);
      for (const auto& [type, zones] : by_type) {
        pricing::Quote mean = zones.front();
        mean.usd_per_hour = 0;
        for (const auto& zone : zones) {
          mean.usd_per_hour += zone.usd_per_hour / static_cast<double>(zones.size());
          mean.observed_at = std::max(mean.observed_at, zone.observed_at);
        }
        prices.spot.emplace(type, mean);
      }
    }
  } catch (const Error&) {
    // A change of size does not wait for a price; its cost is then unknown, and says so.
  }
  co_return prices;
}

std::optional<pricing::Quote> price_of(const Nodegroup& group, const NodePrices& prices) {
  const auto& known = group.capacity_type == "SPOT" ? prices.spot : prices.on_demand;
  const auto found = known.find(priced_type(group));
  return found == known.end() ? std::nullopt : std::optional(found->second);
}

/// Asks EKS for the new size; while another update is in progress, again after a pause, as long as the step
/// may take.
pplx::task<NodegroupUpdate> update_when_free(JobPtr job, NodegroupStep step) {
  const Deadline deadline = job->step_deadline();
  const Clock& clock = *job->ports.clock;
  while (true) {
    job->held->require_lease();
    std::exception_ptr busy;
    try {
      co_return co_await job->ports.clusters->update_scaling(job->request.cluster, step.nodegroup,
                                                             *step.target, step.client_token, deadline);
    } catch (const Conflict&) {
      busy = std::current_exception();
    }
    if (deadline.remaining(clock) <= job->settings.busy_retry) std::rethrow_exception(busy);
    co_await job->ports.clock->sleep_for(job->settings.busy_retry);
  }
}

/// Whether EKS shows the target already; false where it can't be asked.
pplx::task<bool> shows_target(JobPtr job, NodegroupStep step) {
  try {
    const auto group = co_await describe(job, step.nodegroup);
    co_return group.scaling == *step.target;
  } catch (const Error&) {
    co_return false;
  }
}

pplx::task<NodegroupStep> apply(JobPtr job, NodegroupStep step) {
  bool outcome_unknown = job->held->resumed();
  bool applied = outcome_unknown && co_await shows_target(job, step);
  if (!applied) {
    try {
      const auto update = co_await update_when_free(job, step);
      step.update_id = update.id;
      step.update_status = update.status;
    } catch (const LeaseLost&) {
      throw;
    } catch (const UpstreamFailure& failure) {
      step.error = failure.what();
      outcome_unknown = true;
    } catch (const Conflict& failure) {
      step.error = failure.what();
      step.recommendation = "another update of this node group is in progress; ask again when it is ACTIVE";
    } catch (const Error& failure) {
      step.error = failure.what();
    }
    if (!step.error.empty() && outcome_unknown) applied = co_await shows_target(job, step);
  }
  step.confirmed_after_takeover = applied && job->held->resumed();
  if (applied) step.error.clear();
  step.status = step.error.empty() ? initiated_status(job->request) : "error";
  co_await job->held->record([&step](Operation& operation) { put_step(operation, step); });
  co_return step;
}

pplx::task<NodegroupStep> follow(JobPtr job, NodegroupStep step) {
  const Deadline deadline = Deadline::after(*job->ports.clock, job->settings.update_timeout);
  while (step.update_status == "InProgress" && !deadline.expired(*job->ports.clock)) {
    co_await job->ports.clock->sleep_for(job->settings.update_poll);
    job->held->require_lease();
    try {
      const auto update = co_await job->ports.clusters->describe_update(job->request.cluster, step.nodegroup,
                                                                        step.update_id, job->step_deadline());
      step.update_status = update.status;
      step.update_errors = update.errors;
    } catch (const UpstreamFailure&) {
      continue;  // EKS works on whether we can see it or not
    }
  }
  co_await job->held->record([&step](Operation& operation) { put_step(operation, step); });
  co_return step;
}

/// Rethrows a lost lease: whoever lost it says nothing more about the operation.
void rethrow_lost_lease(const std::vector<Settled<NodegroupStep>>& settled) {
  for (const auto& one : settled) {
    if (one.failure) std::rethrow_exception(one.failure);
  }
}

pplx::task<void> apply_all(JobPtr job) {
  std::vector<NodegroupStep> pending;
  for (auto& step : steps_of(job->held->snapshot())) {
    if (step.status.empty()) pending.push_back(std::move(step));
  }
  const auto work = [job](NodegroupStep step) { return apply(job, std::move(step)); };
  const auto applying = when_all_settled<NodegroupStep>(std::move(pending), job->settings.parallelism, work);
  rethrow_lost_lease(co_await applying);
}

pplx::task<void> follow_all(JobPtr job) {
  std::vector<NodegroupStep> updating;
  for (auto& step : steps_of(job->held->snapshot())) {
    if (step.update_status == "InProgress") updating.push_back(std::move(step));
  }
  const std::size_t all = updating.size();  // each only waits, mostly
  const auto work = [job](NodegroupStep step) { return follow(job, std::move(step)); };
  const auto following = when_all_settled<NodegroupStep>(std::move(updating), all, work);
  rethrow_lost_lease(co_await following);
}

/// Looks, decides and writes the plan down, intents included. Returns the groups as they were seen, for their
/// prices.
pplx::task<std::vector<Nodegroup>> plan(JobPtr job) {
  const auto snapshot = co_await gather(job);
  auto steps = plan_scale(job->request, snapshot, job->settings);
  const std::string facts = plan_facts(snapshot, job->settings.safety);
  const std::string operation_id = job->held->snapshot().id;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    steps[i].client_token = operation_id + "-" + std::to_string(i);
  }
  co_await job->held->record([&steps, &facts](Operation& operation) {
    operation.steps.insert(operation.steps.begin(), Step{kPlanStep, "decided", facts});
    for (const auto& step : steps) put_step(operation, step);
  });
  std::vector<Nodegroup> groups;
  for (const auto& described : snapshot.described) {
    if (described.value) groups.push_back(*described.value);
  }
  co_return groups;
}

/// The groups of a plan that another replica made, with the sizes it saw.
pplx::task<std::vector<Nodegroup>> groups_as_planned(JobPtr job) {
  const auto steps = steps_of(job->held->snapshot());
  std::vector<std::string> names;
  for (const auto& step : steps) names.push_back(step.nodegroup);
  const auto look = [job](std::string name) { return describe(job, std::move(name)); };
  const auto looking = when_all_settled<Nodegroup>(std::move(names), job->settings.parallelism, look);
  const auto described = co_await looking;
  std::vector<Nodegroup> groups;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (!described[i].value || !steps[i].current) continue;
    groups.push_back(*described[i].value);
    groups.back().scaling = *steps[i].current;
  }
  co_return groups;
}

void add_costs(std::vector<NodegroupStep>& steps, const std::vector<Nodegroup>& groups,
               const NodePrices& prices, double hours_per_month) {
  for (const auto& group : groups) {
    const auto step = std::ranges::find(steps, group.name, &NodegroupStep::nodegroup);
    if (step == steps.end() || !step->target || step->status == "no_change_needed" || step->status == "error")
      continue;
    step->cost = cost_impact(group, *step->target, price_of(group, prices), hours_per_month);
  }
}

Outcome outcome_of(const Operation& operation) {
  Outcome outcome;
  const auto count = [&operation](std::string_view state) {
    return std::ranges::count(operation.steps, state, &Step::state);
  };
  const auto failed = count("failed");
  const auto groups = static_cast<std::ptrdiff_t>(operation.steps.size()) - 1;
  if (failed > 0)
    outcome.state = failed == groups ? OperationState::kFailed : OperationState::kPartiallySucceeded;
  if (outcome.state == OperationState::kFailed) outcome.error = "no node group could be scaled";
  outcome.changed_nothing = outcome.state == OperationState::kFailed && count("done") == 0;
  return outcome;
}

pplx::task<Outcome> carry_out(JobPtr job) {
  const bool planned = job->held->snapshot().find_step(kPlanStep) != nullptr;
  std::vector<Nodegroup> groups;
  if (planned) {
    groups = co_await groups_as_planned(job);
  } else {
    groups = co_await plan(job);
  }
  auto prices = load_prices(job, groups);  // while the changes are under way; never fails
  std::exception_ptr failure;
  try {
    co_await apply_all(job);
  } catch (...) {
    failure = std::current_exception();
  }
  const NodePrices known = co_await prices;
  if (failure) std::rethrow_exception(failure);

  const Operation applied = job->held->snapshot();
  auto steps = steps_of(applied);
  add_costs(steps, groups, known, job->settings.hours_per_month);
  const std::string result =
      scale_result(applied.id, job->request, steps, applied.find_step(kPlanStep)->detail);
  const bool following = std::ranges::any_of(
      steps, [](const NodegroupStep& step) { return step.update_status == "InProgress"; });
  if (following) {
    const auto costs = job->held->record([&steps](Operation& operation) {
      for (const auto& step : steps) put_step(operation, step);
    });
    co_await job->held->answer(result);
    co_await costs;
    co_await follow_all(job);
  }
  Outcome outcome = outcome_of(job->held->snapshot());
  outcome.result = result;
  co_return outcome;
}

}  // namespace

operations::Work make_scale_work(ScalingPorts ports, ScalingSettings settings) {
  return [ports = std::move(ports), settings = std::move(settings)](std::shared_ptr<HeldOperation> held) {
    auto request = decode_request(held->snapshot().request);
    return carry_out(std::make_shared<const Job>(Job{ports, settings, std::move(held), std::move(request)}));
  };
}

}  // namespace tidegate::scaling
