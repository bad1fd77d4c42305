#include "services/scaling/scaling_service.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "services/ascii.h"
#include "services/scaling/scale_work.h"

namespace tidegate::scaling {

namespace {

/// As EKS names its node groups.
bool is_nodegroup_name(std::string_view name) {
  constexpr std::size_t kLengthMax = 63;
  const auto is_dash = [](char c) { return c == '-' || c == '_'; };
  const auto fits = [is_dash](char c) { return is_alphanumeric(c) || is_dash(c); };
  return !name.empty() && name.size() <= kLengthMax && !is_dash(name.front()) &&
         std::ranges::all_of(name, fits);
}

void refuse_contradictions(const ScaleRequest& request) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < request.nodegroups.size(); ++i) {
    const auto& group = request.nodegroups[i];
    const std::string at = "#/body/nodegroups/" + std::to_string(i) + "/name";
    if (!is_nodegroup_name(group.name)) {
      throw InvalidRequest("\"" + group.name + "\" is no node group's name",
                           {{"a letter or a digit, then letters, digits, - and _; 63 at most", at}});
    }
    if (!names.insert(group.name).second) {
      throw InvalidRequest("node group " + group.name + " is named twice",
                           {{"name each node group once", at}});
    }
    // Sizes that depend on what the group has now are checked when it has been looked at.
    if (request.action == Action::kScaleUp || request.action == Action::kScaleDown) {
      wanted_size(group, request.action, {}, i);
    }
  }
}

void refuse_unknown_account(const accounts::AccountDirectory& accounts, const std::string& account) {
  try {
    accounts.find(account);
  } catch (const NotFound& unknown) {
    throw InvalidRequest(unknown.what(), {{"name an account of the configuration", "#/body/account"}});
  }
}

}  // namespace

ScalingService::ScalingService(ScalingPorts ports, ScalingSettings settings,
                               std::shared_ptr<operations::OperationRunner> runner)
    : settings_(settings), clock_(ports.clock), accounts_(ports.accounts), runner_(std::move(runner)) {
  runner_->on(kOperationKind, make_scale_work(std::move(ports), std::move(settings)));
}

pplx::task<operations::Begun> ScalingService::begin(ScaleRequest request, Caller caller) {
  if (request.cluster.cluster.empty()) request.cluster.cluster = settings_.default_cluster;
  if (request.cluster.region.empty()) request.cluster.region = settings_.default_region;
  if (request.timestamp.empty()) request.timestamp = format_in_zone(clock_->now(), settings_.time_zone);
  if (request.cluster.cluster.empty()) {
    throw InvalidRequest("no cluster is named and none is configured",
                         {{"name a cluster, or set scaling.default_cluster", "#/body/cluster"}});
  }
  if (accounts_) refuse_unknown_account(*accounts_, request.cluster.account);
  refuse_contradictions(request);
  operations::NewOperation operation;
  operation.kind = kOperationKind;
  operation.principal = std::move(caller.principal);
  operation.request_id = std::move(caller.request_id);
  operation.dry_run = request.dry_run;
  operation.request = encode_request(request);
  operation.claim = std::move(caller.claim);
  operation.traceparent = std::move(caller.traceparent);
  operation.answer_accepted = caller.respond_async;
  for (const auto& group : request.nodegroups) operation.steps.push_back({group.name, "planned", ""});
  return runner_->begin(std::move(operation));
}

}  // namespace tidegate::scaling
