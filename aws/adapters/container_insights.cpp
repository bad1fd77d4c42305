#include "aws/adapters/container_insights.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "aws/operations/table.h"
#include "services/async/task.h"

namespace tidegate::aws {

using nlohmann::json;
using scaling::Workload;

namespace {

json query(const char* id, const char* metric, const char* statistic, const std::string& cluster,
           std::chrono::seconds period) {
  json dimensions = json::array();
  dimensions.push_back({{"Name", "ClusterName"}, {"Value", cluster}});
  json described = {{"Namespace", "ContainerInsights"}, {"MetricName", metric}};
  described["Dimensions"] = std::move(dimensions);
  json stat = {{"Period", period.count()}, {"Stat", statistic}};
  stat["Metric"] = std::move(described);
  json result = {{"Id", id}};
  result["MetricStat"] = std::move(stat);
  return result;
}

struct Point {
  double value = 0;
  double at = 0;  ///< epoch seconds
};

std::optional<Point> latest(const json& results, const std::string& id) {
  std::optional<Point> found;
  for (const auto& result : results) {
    if (result.value("Id", "") != id) continue;
    const auto values = result.value("Values", std::vector<double>());
    const auto times = result.value("Timestamps", std::vector<double>());
    for (std::size_t i = 0; i < std::min(values.size(), times.size()); ++i) {
      if (!found || times[i] > found->at) found = Point{values[i], times[i]};
    }
  }
  return found;
}

Workload read_workload(const json& answer, const std::string& cluster) {
  const auto results = answer.value("MetricDataResults", json::array());
  Workload workload;
  workload.source = "cloudwatch:ContainerInsights";
  const auto cpu = latest(results, "cpu");
  const auto memory = latest(results, "memory");
  const auto nodes = latest(results, "nodes");
  if (cpu) workload.cpu_reserved_percent = cpu->value;
  if (memory) workload.memory_reserved_percent = memory->value;
  if (nodes) workload.node_count = static_cast<int>(std::lround(nodes->value));
  for (const auto& point : {cpu, memory, nodes}) {
    if (!point) continue;
    const Instant at{std::chrono::milliseconds(static_cast<std::int64_t>(point->at * 1000))};
    // The age of the oldest figure is the age of them all.
    if (!workload.observed_at || at < *workload.observed_at) workload.observed_at = at;
  }
  if (!cpu && !memory && !nodes) {
    workload.unavailable = "CloudWatch has no Container Insights figures for cluster " + cluster +
                           "; is the CloudWatch agent installed there?";
  } else if (!cpu || !memory || !nodes) {
    workload.unavailable = "Container Insights lacks some of the figures of cluster " + cluster;
  }
  return workload;
}

}  // namespace

pplx::task<Workload> ContainerInsights::analyze(scaling::ClusterRef cluster, Deadline deadline) {
  const auto now = std::chrono::floor<std::chrono::minutes>(client_->clock().now());
  const auto end = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch());
  json queries = json::array();
  queries.push_back(query("cpu", "node_cpu_reserved_capacity", "Average", cluster.cluster, config_.period));
  queries.push_back(
      query("memory", "node_memory_reserved_capacity", "Average", cluster.cluster, config_.period));
  queries.push_back(query("nodes", "cluster_node_count", "Maximum", cluster.cluster, config_.period));
  json parameters = {{"StartTime", (end - config_.look_back).count()},
                     {"EndTime", (end + std::chrono::minutes(1)).count()},
                     {"ScanBy", "TimestampDescending"}};
  parameters["MetricDataQueries"] = std::move(queries);
  Workload workload;
  try {
    const Target target{cluster.region, cluster.account};
    const auto answer = co_await client_->call(cloudwatch().operation("GetMetricData"), std::move(parameters),
                                               target, deadline);
    workload = read_workload(answer, cluster.cluster);
  } catch (const std::exception& failure) {
    workload.source = "cloudwatch:ContainerInsights";
    workload.unavailable = failure.what();
  }
  co_return workload;
}

}  // namespace tidegate::aws
