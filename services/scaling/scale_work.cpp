#include "services/scaling/scale_work.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "services/async/task.h"
#include "services/async/when_all.h"
#include "services/scaling/scale_plan.h"
#include "services/state/store_limits.h"

namespace tidegate::scaling {

using operations::HeldOperation;
using operations::LeaseLost;
using operations::Operation;
using operations::OperationState;
using operations::Outcome;
using operations::Step;

namespace {

constexpr const char* kPlanStep = ":plan";  // no node group's name: those begin with a letter or a digit

/// Prices of what the groups' nodes run on, by instance type; a price that can't be had is absent.
using Prices = std::map<std::string, pricing::Quote>;
struct NodePrices {
  Prices on_demand;
  Prices spot;  ///< the mean over a type's zones
};

/// What all operations share.
struct Means {
  ScalingPorts ports;
  ScalingSettings settings;
};

/// One operation's work: what every part of it needs.
struct Job {
  Job(std::shared_ptr<const Means> means, std::shared_ptr<HeldOperation> operation, std::string id,
      ScaleRequest asked)
      : ports(means->ports),
        settings(means->settings),
        held(std::move(operation)),
        operation_id(std::move(id)),
        request(std::move(asked)),
        means_(std::move(means)) {}

  const ScalingPorts& ports;
  const ScalingSettings& settings;
  std::shared_ptr<HeldOperation> held;
  std::string operation_id;
  ScaleRequest request;

  Deadline step_deadline() const { return Deadline::after(*ports.clock, settings.step_timeout); }

 private:
  std::shared_ptr<const Means> means_;  // what ports and settings refer to
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
  if (!wants_workload && takes_nodes_away(job->request, snapshot, job->settings)) {
    const auto analyzing = job->ports.workload->analyze(job->request.cluster, job->step_deadline());
    snapshot.cluster.nodes = co_await count_cluster_nodes(job, snapshot.asked, snapshot.described);
    snapshot.cluster.workload = co_await analyzing;
  }
  co_return snapshot;
}

// A change of size does not wait for a price; one that can't be had is unknown, and the cost says so.

pplx::task<Prices> load_on_demand(JobPtr job, std::vector<std::string> types) {
  try {
    if (!types.empty()) {
      co_return co_await job->ports.on_demand->on_demand(job->request.cluster.region, std::move(types),
                                                         job->step_deadline());
    }
  } catch (const std::exception&) {
  }
  co_return Prices();
}

/// The mean over each type's zones.
pplx::task<Prices> load_spot(JobPtr job, std::vector<std::string> types) {
  Prices prices;
  if (types.empty()) co_return prices;
  std::map<std::string, std::vector<pricing::Quote>> by_type;
  try {
    const auto quotes = co_await job->ports.spot->spot(job->request.cluster.region, std::move(types), {},
                                                       job->step_deadline());
    for (const auto& quote : quotes) by_type[quote.instance_type].push_back(quote.quote);
  } catch (const std::exception&) {
  }
  for (const auto& [type, zones] : by_type) {
    pricing::Quote mean = zones.front();
    mean.usd_per_hour = 0;
    for (const auto& zone : zones) {
      mean.usd_per_hour += zone.usd_per_hour / static_cast<double>(zones.size());
      mean.observed_at = std::max(mean.observed_at, zone.observed_at);
    }
    prices.emplace(type, mean);
  }
  co_return prices;
}

/// One source's failure hides no price of the other.
pplx::task<NodePrices> load_prices(JobPtr job, std::vector<Nodegroup> groups) {
  std::set<std::string> on_demand_types;
  std::set<std::string> spot_types;
  for (const auto& group : groups) {
    if (priced_type(group).empty()) continue;
    (group.capacity_type == "SPOT" ? spot_types : on_demand_types).insert(priced_type(group));
  }
  const auto on_demand = load_on_demand(job, {on_demand_types.begin(), on_demand_types.end()});
  const auto spot = load_spot(job, {spot_types.begin(), spot_types.end()});
  NodePrices prices;
  prices.on_demand = co_await on_demand;
  prices.spot = co_await spot;
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

/// Whether EKS shows the target already; nothing where it can't be asked.
pplx::task<std::optional<bool>> shows_target(JobPtr job, NodegroupStep step) {
  try {
    const auto group = co_await describe(job, step.nodegroup);
    co_return group.scaling == *step.target;
  } catch (const Error&) {
    co_return std::nullopt;
  }
}

/// Asks EKS for the step's size and notes what it said, and where it may have done so without saying.
pplx::task<NodegroupStep> ask_for_target(JobPtr job, NodegroupStep step) {
  try {
    const auto update = co_await update_when_free(job, step);
    step.update_id = update.id;
    step.update_status = update.status;
    step.outcome_unknown = false;
  } catch (const LeaseLost&) {
    throw;
  } catch (const UpstreamFailure& failure) {
    step.error = failure.what();
    step.outcome_unknown = step.outcome_unknown || failure.origin().maybe_applied;
  } catch (const DeadlineExceeded& failure) {
    step.error = failure.what();
    step.outcome_unknown = true;
  } catch (const Conflict& failure) {
    step.error = failure.what();
    step.recommendation = "another update of this node group is in progress; ask again when it is ACTIVE";
  } catch (const Error& failure) {
    step.error = failure.what();
  }
  co_return step;
}

pplx::task<NodegroupStep> apply(JobPtr job, NodegroupStep step) {
  step.outcome_unknown = job->held->resumed();
  std::optional<bool> shown;
  if (step.outcome_unknown) shown = co_await shows_target(job, step);
  if (shown != true) {
    step = co_await ask_for_target(job, std::move(step));
    if (!step.error.empty() && step.outcome_unknown) shown = co_await shows_target(job, step);
  }
  if (shown == true) {
    step.error.clear();
    step.recommendation.clear();
    step.confirmed_after_takeover = job->held->resumed();
  }
  step.outcome_unknown = !step.error.empty() && step.outcome_unknown && !shown;
  if (step.outcome_unknown)
    step.recommendation = "EKS may still change this node group; look before asking again";
  step.status = step.error.empty() ? initiated_status(job->request) : "error";
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
    } catch (const LeaseLost&) {
      throw;
    } catch (const NotFound& gone) {
      step.update_status.clear();  // the group went away meanwhile, and its update with it
      step.reason = gone.what();
    } catch (const Error&) {
      continue;  // EKS works on whether we can see it or not
    }
  }
  co_return step;
}

using StepWork = pplx::task<NodegroupStep> (*)(JobPtr, NodegroupStep);

/// `work` done to a step, and what it came to recorded; of the last one that is `open`, with the write that
/// follows.
pplx::task<NodegroupStep> recorded(JobPtr job, NodegroupStep step, StepWork work,
                                   std::shared_ptr<std::atomic<std::size_t>> open) {
  auto ended = co_await work(job, std::move(step));
  const auto put = [&ended](Operation& operation) { put_step(operation, ended); };
  if (open->fetch_sub(1) == 1) {
    job->held->note(put);
  } else {
    const auto recording = job->held->record(put);
    co_await recording;
  }
  co_return ended;
}

/// `work` done to each step that `chosen` says is to do, at most `parallelism` at a time; the others stay as
/// they are. Rethrows a lost lease: whoever lost it says nothing more about the operation.
pplx::task<std::vector<NodegroupStep>> each_step(JobPtr job, std::vector<NodegroupStep> steps,
                                                 std::size_t parallelism,
                                                 std::function<bool(const NodegroupStep&)> chosen,
                                                 StepWork work) {
  std::vector<std::size_t> places;
  std::vector<NodegroupStep> to_do;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (!chosen(steps[i])) continue;
    places.push_back(i);
    to_do.push_back(std::move(steps[i]));
  }
  const auto open = std::make_shared<std::atomic<std::size_t>>(to_do.size());
  const auto work_on = [job, work, open](NodegroupStep step) {
    return recorded(job, std::move(step), work, open);
  };
  const auto working = when_all_settled<NodegroupStep>(std::move(to_do), parallelism, work_on);
  auto settled = co_await working;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (settled[i].failure) std::rethrow_exception(settled[i].failure);
    steps[places[i]] = std::move(*settled[i].value);
  }
  co_return steps;
}

pplx::task<std::vector<NodegroupStep>> apply_all(JobPtr job, std::vector<NodegroupStep> steps) {
  return each_step(
      job, std::move(steps), job->settings.parallelism,
      [](const NodegroupStep& step) { return step.status.empty(); }, apply);
}

bool is_updating(const NodegroupStep& step) { return step.update_status == "InProgress"; }

pplx::task<std::vector<NodegroupStep>> follow_all(JobPtr job, std::vector<NodegroupStep> steps) {
  const std::size_t all = steps.size();  // each only waits, mostly
  return each_step(job, std::move(steps), all, is_updating, follow);
}

/// What is to be done, and the groups as they were seen, for their prices.
struct Plan {
  std::vector<NodegroupStep> steps = {};
  std::vector<Nodegroup> groups = {};
  std::string facts = {};
};

/// Each step stands in the operation's record twice in the end, once of it in the answer, and there is more
/// to say of it by then. What would not fit is refused before anything is changed.
void refuse_outsized(const std::vector<NodegroupStep>& steps) {
  constexpr std::size_t kStepsBytesMax = state::kBodyBytesMax / 5 * 2;
  std::size_t bytes = 0;
  for (const auto& step : steps) bytes += encode_step(step).size();
  if (bytes <= kStepsBytesMax) return;
  throw InvalidRequest("what there is to say of these node groups is more than one operation can hold",
                       {{"ask for fewer of them at a time", "#/body/nodegroups"}});
}

/// Looks, decides and writes the plan down, intents included.
pplx::task<Plan> make_plan(JobPtr job) {
  const auto snapshot = co_await gather(job);
  Plan plan;
  plan.steps = plan_scale(job->request, snapshot, job->settings);
  plan.facts = plan_facts(snapshot, job->settings.safety);
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    plan.steps[i].client_token = job->operation_id + "-" + std::to_string(i);
  }
  refuse_outsized(plan.steps);
  co_await job->held->record([&plan](Operation& operation) {
    operation.steps.insert(operation.steps.begin(), Step{kPlanStep, "decided", plan.facts});
    for (const auto& step : plan.steps) put_step(operation, step);
  });
  for (const auto& described : snapshot.described) {
    if (described.value) plan.groups.push_back(*described.value);
  }
  co_return plan;
}

/// The plan that another replica made, its groups with the sizes that it saw.
pplx::task<Plan> plan_as_made(JobPtr job, Operation operation) {
  Plan plan;
  plan.steps = steps_of(operation);
  plan.facts = operation.find_step(kPlanStep)->detail;
  std::vector<std::string> names;
  for (const auto& step : plan.steps) names.push_back(step.nodegroup);
  const auto look = [job](std::string name) { return describe(job, std::move(name)); };
  const auto looking = when_all_settled<Nodegroup>(std::move(names), job->settings.parallelism, look);
  const auto described = co_await looking;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    if (!described[i].value || !plan.steps[i].current) continue;
    plan.groups.push_back(*described[i].value);
    plan.groups.back().scaling = *plan.steps[i].current;
  }
  co_return plan;
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

Outcome outcome_of(const std::vector<NodegroupStep>& steps) {
  Outcome outcome;
  const auto count = [&steps](std::string_view state) { return std::ranges::count(steps, state, state_of); };
  const auto failed = count("failed");
  const auto groups = static_cast<std::ptrdiff_t>(steps.size());
  if (failed > 0)
    outcome.state = failed == groups ? OperationState::kFailed : OperationState::kPartiallySucceeded;
  if (outcome.state == OperationState::kFailed) outcome.error = "no node group could be scaled";
  const auto may_have_changed = [](const NodegroupStep& step) {
    return !step.update_id.empty() || step.confirmed_after_takeover || step.outcome_unknown;
  };
  outcome.changed_nothing = failed == groups && std::ranges::none_of(steps, may_have_changed);
  return outcome;
}

/// `found` is the operation as it stood when the work began.
pplx::task<Outcome> carry_out(JobPtr job, Operation found) {
  const bool planned = found.find_step(kPlanStep) != nullptr;
  const auto planning = planned ? plan_as_made(job, std::move(found)) : make_plan(job);
  Plan plan = co_await planning;
  auto prices = load_prices(job, plan.groups);  // while the changes are under way; never fails
  std::vector<NodegroupStep> steps;
  std::exception_ptr failure;
  try {
    steps = co_await apply_all(job, std::move(plan.steps));
  } catch (...) {
    failure = std::current_exception();
  }
  const auto put_steps = [&steps](Operation& operation) {
    for (const auto& step : steps) put_step(operation, step);
  };
  if (!failure && !prices.is_done()) {
    const auto recording = job->held->record(put_steps);  // the last outcome does not wait for a price
    co_await recording;
  }
  const NodePrices known = co_await prices;
  if (failure) std::rethrow_exception(failure);

  add_costs(steps, plan.groups, known, job->settings.hours_per_month);
  job->held->note(put_steps);
  const std::string result = scale_result(job->operation_id, job->request, steps, plan.facts);
  if (std::ranges::any_of(steps, is_updating)) {
    co_await job->held->answer(result);
    steps = co_await follow_all(job, std::move(steps));
  }
  Outcome outcome = outcome_of(steps);
  outcome.result = result;
  co_return outcome;
}

}  // namespace

operations::Work make_scale_work(ScalingPorts ports, ScalingSettings settings) {
  auto means = std::make_shared<const Means>(Means{std::move(ports), std::move(settings)});
  return [means = std::move(means)](std::shared_ptr<HeldOperation> held) {
    Operation found = held->snapshot();
    auto job = std::make_shared<const Job>(means, std::move(held), found.id, decode_request(found.request));
    return carry_out(std::move(job), std::move(found));
  };
}

}  // namespace tidegate::scaling
