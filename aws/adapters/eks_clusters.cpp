#include "aws/adapters/eks_clusters.h"

#include <nlohmann/json.hpp>

#include "aws/client/paged.h"
#include "aws/operations/table.h"
#include "services/async/task.h"

namespace tidegate::aws {

using nlohmann::json;
using scaling::ClusterRef;
using scaling::HealthIssue;
using scaling::Nodegroup;
using scaling::NodegroupUpdate;
using scaling::ScalingConfig;

namespace {

Target target_of(const ClusterRef& cluster) { return {cluster.region, cluster.account}; }

/// EKS's refusals in the words of the port; everything else stays the failure that it is.
[[noreturn]] void translate(const AwsError& error, const EksConfig& config) {
  const auto& code = error.code();
  if (code == "ResourceNotFoundException" || code == "NotFoundException") throw NotFound(error.message());
  if (code == "ResourceInUseException") throw Conflict(error.message(), config.busy_retry_after);
  if (code == "InvalidParameterException" || code == "InvalidRequestException") {
    throw InvalidRequest(error.message());
  }
  throw error;
}

std::vector<HealthIssue> issues_of(const json& list, const char* code, const char* message) {
  std::vector<HealthIssue> issues;
  for (const auto& issue : list) issues.push_back({issue.value(code, ""), issue.value(message, "")});
  return issues;
}

NodegroupUpdate update_of(const json& answer) {
  const auto& update = answer.at("update");
  return {update.value("id", ""), update.value("status", ""),
          issues_of(update.value("errors", json::array()), "errorCode", "errorMessage")};
}

Nodegroup nodegroup_of(const json& answer) {
  const auto& group = answer.at("nodegroup");
  Nodegroup result;
  result.name = group.value("nodegroupName", "");
  result.status = group.value("status", "");
  const auto scaling = group.value("scalingConfig", json::object());
  result.scaling = {scaling.value("minSize", 0), scaling.value("maxSize", 1),
                    scaling.value("desiredSize", 0)};
  result.instance_types = group.value("instanceTypes", std::vector<std::string>());
  if (group.contains("capacityType")) result.capacity_type = group["capacityType"].get<std::string>();
  if (group.contains("health")) {
    result.health_issues = issues_of(group["health"].value("issues", json::array()), "code", "message");
  }
  return result;
}

/// An answer that lacks what its operation promises is AWS's fault, not the caller's.
template <class Read>
auto read_answer(const char* operation, const json& answer, Read read) {
  try {
    return read(answer);
  } catch (const json::exception& failure) {
    throw UpstreamFailure(
        std::string("EKS ") + operation + " gave an answer that can't be used: " + failure.what(),
        {.service = "EKS", .operation = operation, .maybe_applied = true});
  }
}

}  // namespace

pplx::task<std::vector<std::string>> EksClusters::list_nodegroups(ClusterRef cluster, Deadline deadline) {
  json parameters = {{"clusterName", cluster.cluster}, {"maxResults", 100}};
  const Target target = target_of(cluster);
  try {
    const auto all =
        co_await client_->call_all(eks().operation("ListNodegroups"), parameters, target, deadline);
    const std::vector<std::string> names = all.items;
    co_return names;
  } catch (const AwsError& error) {
    translate(error, config_);
  }
}

pplx::task<Nodegroup> EksClusters::describe_nodegroup(ClusterRef cluster, std::string nodegroup,
                                                      Deadline deadline) {
  json parameters = {{"clusterName", cluster.cluster}, {"nodegroupName", nodegroup}};
  const Target target = target_of(cluster);
  try {
    const auto answer =
        co_await client_->call(eks().operation("DescribeNodegroup"), parameters, target, deadline);
    co_return read_answer("DescribeNodegroup", answer, nodegroup_of);
  } catch (const AwsError& error) {
    translate(error, config_);
  }
}

pplx::task<NodegroupUpdate> EksClusters::update_scaling(ClusterRef cluster, std::string nodegroup,
                                                        ScalingConfig scaling, std::string client_token,
                                                        Deadline deadline) {
  // All three sizes together: EKS checks each against what is there for the others.
  json parameters = {
      {"clusterName", cluster.cluster},
      {"nodegroupName", nodegroup},
      {"scalingConfig",
       {{"minSize", scaling.min_size}, {"maxSize", scaling.max_size}, {"desiredSize", scaling.desired_size}}},
      {"clientRequestToken", client_token}};
  const Target target = target_of(cluster);
  try {
    const auto answer =
        co_await client_->call(eks().operation("UpdateNodegroupConfig"), parameters, target, deadline);
    co_return read_answer("UpdateNodegroupConfig", answer, update_of);
  } catch (const AwsError& error) {
    translate(error, config_);
  }
}

pplx::task<NodegroupUpdate> EksClusters::describe_update(ClusterRef cluster, std::string nodegroup,
                                                         std::string update_id, Deadline deadline) {
  json parameters = {{"name", cluster.cluster}, {"updateId", update_id}, {"nodegroupName", nodegroup}};
  const Target target = target_of(cluster);
  try {
    const auto answer =
        co_await client_->call(eks().operation("DescribeUpdate"), parameters, target, deadline);
    co_return read_answer("DescribeUpdate", answer, update_of);
  } catch (const AwsError& error) {
    translate(error, config_);
  }
}

}  // namespace tidegate::aws
